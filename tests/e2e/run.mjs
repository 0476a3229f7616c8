// End-to-end tests: inside a real extension host, and as a user in code-server driven by a browser.
//
// Options: --no-install     say what is missing instead of installing it
//          --update-images  renew the picture of the README
//          --only host|first|ui|waits|demo  one kind of them
import { build } from 'esbuild';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { ensureCodeServer } from '../../scripts/lib/code-server.mjs';
import { root, run, serverPath } from '../../scripts/lib/run.mjs';
import { startBrowser } from './lib/browser.mjs';
import { findCases, makeFirstWorkspace, makeWorkspace } from './lib/cases.mjs';
import { checkDemo, checkDemoWithMissingFile, checkDesktopDemo, checkDesktopDemoThatFails } from './lib/demo-run.mjs';
import { runFirstTime } from './lib/first-run.mjs';
import { runInHost } from './lib/host-run.mjs';
import { checkPackage } from './lib/package-check.mjs';
import { Results } from './lib/results.mjs';
import { runUi } from './lib/ui-run.mjs';
import { findWaitsCase, runWaits } from './lib/waits-run.mjs';

const output = path.join(root, 'tests', 'e2e', 'output');
const hostEntry = path.join(output, 'host.js');
const mayInstall = !process.argv.includes('--no-install');
const updateImages = process.argv.includes('--update-images');
const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : undefined;
const results = new Results();

mkdirSync(output, { recursive: true });
await main();
console.log(results.summary());
process.exit(results.failed === 0 ? 0 : 1);

async function main() {
  if (!existsSync(serverPath) || !existsSync(path.join(root, 'dist', 'client', 'extension.js'))) {
    results.fail('prerequisites', `${path.relative(root, serverPath)} or the client is not built; run: npm run build`);
    return;
  }
  const { cases, notes } = findCases();
  for (const note of notes) {
    results.skip(note.replace(/^SKIPPED: /, ''));
  }
  if (cases.length === 0) {
    results.fail('prerequisites', 'there is no dump to open: neither the sample nor one of the lab');
    return;
  }
  const tools = await prepare();
  if (tools !== undefined) {
    try {
      await runCases(cases, tools);
    } finally {
      await tools.browser.close();
    }
  }
}

/** code-server and a browser; without them the reason is a skip, because this machine cannot run these tests. */
async function prepare() {
  try {
    const codeServer = await ensureCodeServer({ mayInstall });
    return { codeServer, browser: await startBrowser({ mayInstall }) };
  } catch (error) {
    results.skip(error.message.replaceAll('\n', ' '));
    return undefined;
  }
}

async function runCases(cases, { codeServer, browser }) {
  for (const item of cases) {
    const name = item.name.replace(/\W+/g, '-');
    const expected = makeWorkspace(item, output);
    if (runs('host')) {
      await hostTests(item.name, { codeServer, browser, folder: expected.folder, entry: hostEntry, output, name });
    }
    if (runs('demo') && item === cases[0]) {
      const dump = item.name === 'sample' ? undefined : path.join(expected.folder, 'vmcore');
      await results.check(`demo: ${item.name}`, () => checkDemo({ browser, dump, panicMessage: expected.panicMessage, output }));
      await results.check('demo: a missing file', checkDemoWithMissingFile);
      if (item.name === 'sample') {
        await Promise.all([
          results.check('demo: a VS Code on PATH', () => checkDesktopDemo({ panicMessage: expected.panicMessage })),
          results.check('demo: a VS Code that fails', checkDesktopDemoThatFails),
        ]);
      }
    }
    if ((runs('ui') || runs('first') || runs('waits')) && item === cases[0]) {
      const vsix = await packageExtension();
      if (vsix !== undefined) {
        await results.check('package: holds what it needs and nothing else', () => checkPackage(vsix));
        if (runs('first') && item.name === 'sample') {
          await runFirstTime({ codeServer, browser, expected: makeFirstWorkspace(item, output), vsix, output, results });
        }
        if (runs('waits')) {
          const waits = findWaitsCase();
          if (waits.missing === undefined) {
            await runWaits({ codeServer, browser, item: waits.item, vsix, output, results });
          } else {
            results.skip(waits.missing);
          }
        }
        if (runs('ui')) {
          await runUi({ codeServer, browser, expected: makeWorkspace(item, output), vsix, output, name, results, updateImages });
        }
      }
    }
  }
}

function runs(kind) {
  return only === undefined || only === kind;
}

async function hostTests(title, options) {
  try {
    await build({
      absWorkingDir: root,
      entryPoints: [path.join(root, 'tests', 'e2e', 'host', 'index.ts')],
      outfile: hostEntry,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      external: ['vscode'],
      logLevel: 'warning',
    });
    for (const { name, error, milliseconds } of await runInHost(options)) {
      if (error === undefined) {
        results.passed++;
        console.log(`ok      host: ${title}: ${name} (${milliseconds} ms)`);
      } else {
        results.fail(`host: ${title}: ${name}`, error);
      }
    }
  } catch (error) {
    results.fail(`host: ${title}`, error);
  }
}

/** Packages what is built, so that the UI tests use what users install. */
async function packageExtension() {
  const { code, output: text } = await run(process.execPath, ['scripts/package.mjs', '--no-build'], { quiet: true });
  const vsix = /^packaged (\S+\.vsix)/m.exec(text)?.[1];
  if (code !== 0 || vsix === undefined) {
    results.fail('package', text.trim());
    return undefined;
  }
  return path.join(root, vsix);
}
