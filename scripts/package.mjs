// package: makes dist/vaquest-<target>-<version>.vsix with the self-contained server inside, and checks what is in it.
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { ensureNodeModules, npmCommand, root, run, runtimeIdentifier, serverPath } from './lib/run.mjs';

const sizeLimit = 120 * 1024 * 1024;

// What a package may hold; anything else is a stray file.
const allowed = [
  /^(package\.json|package\.nls\.json|LICENSE(\.txt)?)$/i,
  // The read-me file and the pages it leads to.
  /^(README|CHANGELOG|ARCHITECTURE|CONTRIBUTING|SECURITY)\.md$/i,
  /^docs\/[\w-]+\.md$/,
  /^dist\/client\/(extension|wait-graph)\.js$/,
  /^dist\/server\/(?!.*\.(pdb|xml|dbg|vsix)$)[^/]+$/,
  /^dist\/server\/[a-z]{2}(-[A-Za-z]+)?\/[^/]+\.resources\.dll$/,
  /^images\/[\w-]+\.png$/,
  /^images\/walkthrough\/[\w-]+\.md$/,
  /^l10n\/bundle\.l10n(\.[\w-]+)?\.json$/,
  /^syntaxes\/[\w.-]+\.json$/,
];
const required = ['package.json', 'package.nls.json', 'dist/client/extension.js', 'dist/client/wait-graph.js', 'dist/server/vaquest', 'images/icon.png', 'l10n/bundle.l10n.json'];

try {
  const file = await makePackage(process.argv.includes('--no-build'));
  console.log(`packaged ${path.relative(root, file)} (${(statSync(file).size / 2 ** 20).toFixed(1)} MiB)`);
} catch (error) {
  console.error(`package: ${error.message}`);
  process.exitCode = 1;
}

async function makePackage(isBuilt) {
  await ensureNodeModules();
  await checked('the types are wrong', ...npmCommand(['run', '--silent', 'typecheck']));
  if (!isBuilt || !existsSync(serverPath)) {
    await checked('the build failed', process.execPath, ['scripts/build.mjs']);
  } else {
    await checked('the client did not build', ...npmCommand(['run', '--silent', 'build:client']));
  }
  const vsce = path.join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
  await checkListing(vsce);

  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const target = runtimeIdentifier();
  const file = path.join(root, 'dist', `vaquest-${target}-${version}.vsix`);
  rmSync(file, { force: true });
  await checked('vsce did not make the package', process.execPath, [
    vsce, 'package', '--no-dependencies', '--target', target, '--out', file, '--allow-missing-repository', '--no-rewrite-relative-links',
  ]);
  if (statSync(file).size > sizeLimit) {
    throw new Error(`${file} has ${statSync(file).size} bytes, more than ${sizeLimit}; something heavy slipped in`);
  }
  return file;
}

async function checkListing(vsce) {
  const listing = await run(process.execPath, [vsce, 'ls', '--no-dependencies'], { quiet: true });
  if (listing.code !== 0) {
    throw new Error(`vsce ls failed: ${listing.output.trim()}`);
  }
  const files = listing.output.split('\n').map((line) => line.trim()).filter((line) => line !== '');
  const strays = files.filter((file) => !allowed.some((pattern) => pattern.test(file)));
  if (strays.length > 0) {
    throw new Error(`these files do not belong into the package: ${strays.join(', ')}`);
  }
  const absent = required.filter((file) => !files.includes(file));
  if (absent.length > 0) {
    throw new Error(`these files are missing from the package: ${absent.join(', ')}`);
  }
}

async function checked(complaint, command, args) {
  const { code, output } = await run(command, args, { quiet: true });
  if (code !== 0) {
    throw new Error(`${complaint}:\n${output.trim()}`);
  }
}
