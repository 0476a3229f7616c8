// What is inside the .vsix: read from the archive itself, not from what the packager meant to put there.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { canLinkStatically, serverPath } from '../../../scripts/lib/run.mjs';

/** @returns {{name: string, mode: number, size: number}[]} the entries of a zip archive, from its central directory */
function entriesOf(file) {
  const bytes = readFileSync(file);
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  assert.ok(end >= 0, `${file} is no zip archive`);
  const entries = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    assert.equal(bytes.readUInt32LE(at), 0x02014b50);
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset));
    entries.push({
      name: bytes.toString('utf8', at + 46, at + 46 + nameLength),
      mode: bytes.readUInt32LE(at + 38) >>> 16,
      size: bytes.readUInt32LE(at + 24),
    });
    at += 46 + nameLength + extraLength + commentLength;
  }
  return entries;
}

const wanted = [
  'extension/package.json', 'extension/package.nls.json', 'extension/readme.md', 'extension/changelog.md', 'extension/LICENSE.txt',
  'extension/dist/client/extension.js', 'extension/dist/client/wait-graph.js', 'extension/dist/server/vaquest', 'extension/images/icon.png', 'extension/l10n/bundle.l10n.json',
  'extension/syntaxes/kernel-crash-report.tmLanguage.json', 'extension/syntaxes/kernel-oops.tmLanguage.json',
  'extension.vsixmanifest', '[Content_Types].xml',
];

// Sources, symbols, maps, tests, caches and samples: what a build tree has and a package has not.
const strays = [
  /\.(pdb|map|ts|cs|csproj|sln|mjs|sh|deps|user|log|vmcore|debug|vsix)$/, /\/(node_modules|obj|tests|samples|scripts|client\/src|\.git|\.vscode)\//,
  /dist\/server\/.*\.xml$/, /\/\./, /~$/,
];

/** Throws what is wrong with a package. */
export function checkPackage(vsix) {
  const entries = entriesOf(vsix);
  const names = entries.map((entry) => entry.name);
  assert.deepEqual(wanted.filter((name) => !names.includes(name)), [], 'missing from the package');
  assert.deepEqual(names.filter((name) => strays.some((pattern) => pattern.test(name))), [], 'stray files in the package');
  assert.deepEqual(names.filter((name, index) => names.indexOf(name) !== index), [], 'twice in the package');
  const roots = new Set(names.map((name) => name.split('/').slice(0, 2).join('/')).filter((name) => name.startsWith('extension/')));
  const expected = ['dist', 'docs', 'images', 'l10n', 'syntaxes', 'package.json', 'package.nls.json', 'LICENSE.txt',
    'readme.md', 'changelog.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md'].map((name) => `extension/${name}`);
  assert.deepEqual([...roots].sort(), expected.sort());
  const server = entries.find((entry) => entry.name === 'extension/dist/server/vaquest');
  assert.equal(server.mode & 0o111, 0o111, 'the server is not executable');
  assert.ok(server.size > 10_000, 'the server is empty');
  // The runtime comes with it: a machine without .NET and without a network can run it.
  if (canLinkStatically()) {
    const files = names.filter((name) => name.startsWith('extension/dist/server/'));
    assert.deepEqual(files, ['extension/dist/server/vaquest'], 'the native server is one file');
    const headers = spawnSync('readelf', ['-lW', serverPath], { encoding: 'utf8' });
    assert.equal(headers.status, 0, headers.stderr);
    assert.doesNotMatch(headers.stdout, /\bINTERP\b|\bDYNAMIC\b/, 'the native server needs libraries of the machine');
  } else {
    for (const part of ['libcoreclr.so', 'System.Private.CoreLib.dll', 'libhostfxr.so', 'libhostpolicy.so']) {
      assert.ok(names.includes(`extension/dist/server/${part}`), `${part} is missing`);
    }
  }
  return entries.length;
}
