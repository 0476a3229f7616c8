// Tests that hold the manifest, the strings and the code together.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Command } from '../../../client/src/infrastructure/commands';
import { clientSources, manifest, readText } from './manifest';

const strings = JSON.parse(readText('package.nls.json')) as Record<string, string>;

describe('Manifest', () => {
  it('declares exactly the commands the code registers', () => {
    const declared = manifest.contributes.commands.map((item) => item.command).sort();
    assert.deepEqual(declared, Object.values<string>(Command).sort());
    assert.ok(manifest.contributes.commands.every((item) => item.category === 'VaQuest'));
  });

  it('keeps clear of the names of the server commands, which the language client registers', () => {
    const names: string[] = Object.values(Command);
    assert.ok(!names.includes('vaquest.openDump') && !names.includes('vaquest.closeDump'));
  });

  it('uses every string of package.nls.json and lacks none', () => {
    const used = new Set(Array.from(readText('package.json').matchAll(/"%([\w.]+)%"/g), (match) => match[1]));
    assert.deepEqual([...used].sort(), Object.keys(strings).sort());
  });

  it('describes every setting with a sentence', () => {
    for (const [key, text] of Object.entries(strings)) {
      if (key.startsWith('setting.')) {
        assert.match(text, /\.$/, key);
      }
    }
  });

  it('restricts every setting that names files in untrusted workspaces', () => {
    const settings = Object.keys(manifest.contributes.configuration.properties).filter(
      (key) => !['vaquest.trace.server', 'vaquest.inlayHints'].includes(key),
    );
    assert.deepEqual([...manifest.capabilities.untrustedWorkspaces.restrictedConfigurations].sort(), settings.sort());
    assert.equal(manifest.contributes.configuration.properties['vaquest.server.path']?.scope, 'machine');
  });

  it('activates on nothing but what its contributions imply', () => {
    assert.deepEqual(manifest.activationEvents, []);
  });

  it('recognises a kernel log by its first line and leaves prose alone', () => {
    const firstLine = manifest.contributes.languages.find((item) => item.id === 'kernel-oops')?.firstLine;
    assert.ok(firstLine);
    const pattern = new RegExp(firstLine);
    for (const line of ['[    0.000000] Linux version 6.1', '<6>[   12.345678] x', '[ 1234.567890][  T123] BUG:']) {
      assert.match(line, pattern);
    }
    for (const line of ['[section]', '[1.2] x', 'kernel BUG at x.c:1', '2026-01-01 [    0.000000] x']) {
      assert.doesNotMatch(line, pattern);
    }
  });

  it('has grammars whose patterns are all valid', () => {
    for (const { path } of manifest.contributes.grammars) {
      const patterns = Array.from(readText(path).matchAll(/"match": ("(?:[^"\\]|\\.)*")/g), (match) => JSON.parse(match[1] ?? '') as string);
      assert.ok(patterns.length > 5);
      patterns.forEach((pattern) => new RegExp(pattern));
    }
  });
});

describe('Localization', () => {
  it('lists every translatable string of the code in l10n/bundle.l10n.json', () => {
    const call = /(?:\bt|l10n\.t)\(\s*'((?:[^'\\]|\\.)*)'/g;
    const inCode = clientSources().flatMap(({ text }) => Array.from(text.matchAll(call), (match) => match[1] ?? ''));
    const bundle = JSON.parse(readText('l10n/bundle.l10n.json')) as Record<string, string>;
    assert.ok(inCode.length > 20);
    assert.deepEqual(Object.keys(bundle).sort(), [...new Set(inCode)].sort());
    assert.ok(Object.entries(bundle).every(([key, text]) => key === text));
  });
});
