// test: runs every test of the project, from unit to end to end, and ends with one line: N passed, N failed.
//
// Options: --quick       only what needs no system package (no lab, no browser, no other editors)
//          --no-install  never install system packages; say what is skipped instead
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ensureNodeModules, npmCommand, root, run, serverPath } from './lib/run.mjs';

const quick = process.argv.includes('--quick');
const install = !process.argv.includes('--no-install');
const totals = { passed: 0, failed: 0, skipped: 0 };
const notes = [];

function heading(text) {
  console.log(`\n== ${text} (${new Date().toISOString().slice(11, 19)})`);
}

/** Adds the last "N passed, N failed[, N skipped]" line of an output; a run without one counts as one failure unless it exited 0 and said why. */
function count(name, { code, output }) {
  const lines = [...output.matchAll(/^(?:[\w -]+: )?(\d+) passed, (\d+) failed(?:, (\d+) skipped)?\s*$/gm)];
  const last = lines.at(-1);
  if (last) {
    totals.passed += Number(last[1]);
    totals.failed += Number(last[2]);
    totals.skipped += Number(last[3] ?? 0);
  }
  if (code !== 0 && (!last || last[2] === '0')) {
    totals.failed++;
    notes.push(`${name} ended with exit code ${code}`);
  } else if (!last && code === 0) {
    totals.failed++;
    notes.push(`${name} printed no result line`);
  }
  for (const reason of output.matchAll(/^SKIPPED: (.*)$/gm)) notes.push(`${name}: skipped: ${reason[1]}`);
}

/** A step that either works or fails as a whole. */
function countStep(name, code) {
  if (code === 0) totals.passed++;
  else {
    totals.failed++;
    notes.push(`${name} failed`);
  }
}

function decodeXml(text) {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&apos;', "'").replaceAll('&amp;', '&');
}

function countTrx(directory) {
  for (const file of existsSync(directory) ? readdirSync(directory).filter((name) => name.endsWith('.trx')) : []) {
    const text = readFileSync(path.join(directory, file), 'utf8');
    for (const result of text.matchAll(/<UnitTestResult\b[^>]*?testName="([^"]*)"[^>]*?outcome="(\w+)"[^>]*?(?:\/>|>([\s\S]*?)<\/UnitTestResult>)/g)) {
      if (result[2] === 'Passed') totals.passed++;
      else if (result[2] === 'NotExecuted') {
        totals.skipped++;
        const reason = /<(?:Message|StdOut)>([\s\S]*?)<\//.exec(result[3] ?? '')?.[1] ?? 'no reason given';
        notes.push(`${decodeXml(result[1])}: skipped: ${decodeXml(reason).trim()}`);
      } else {
        totals.failed++;
        notes.push(`${decodeXml(result[1])}: FAILED`);
      }
    }
  }
}

async function npm(...args) {
  const [command, all] = npmCommand(args);
  return run(command, all, { capture: true });
}

heading('build');
await ensureNodeModules();
const build = await run(process.execPath, ['scripts/build.mjs']);
countStep('build', build.code);

heading('client: types and lint');
countStep('client types', (await npm('run', '--silent', 'typecheck')).code);
countStep('client lint', (await npm('run', '--silent', 'lint')).code);

heading('lab: its own tests');
count('lab unit tests', await run(process.execPath, ['tests/lab/unit.mjs'], { capture: true }));

if (!quick) {
  heading('lab: real dumps');
  const ready = await run(process.execPath, ['tests/lab/lab.mjs', 'prerequisites', ...(install ? ['--install'] : [])], { capture: true });
  if (ready.code === 0) {
    // From an empty cache a dump takes about half a minute; what is left when the time is over is made by the next run.
    const make = ['tests/lab/lab.mjs', 'make', '--scenario', 'all', '--jobs', '2', '--minutes', '10'];
    const online = await run(process.execPath, make);
    countStep('lab make', online.code === 0 ? 0 : (await run(process.execPath, [...make, '--offline'])).code);
  } else {
    notes.push(`lab: skipped: ${ready.output.trim().split('\n').at(-1)}`);
  }
}

heading('server tests');
const results = path.join(root, 'artifacts', 'test-results');
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });
const dotnet = await run('dotnet', [
  'test', 'VaQuest.Lsp.sln', '--nologo', '-v', 'q', '-c', 'Release', '--logger', 'trx', '--results-directory', results,
], build.code === 0 ? { env: { VAQUEST_SERVER: serverPath } } : {});
const before = totals.passed + totals.failed + totals.skipped;
countTrx(results);
if (totals.passed + totals.failed + totals.skipped === before) countStep('server tests (none ran)', 1);
else if (dotnet.code !== 0 && totals.failed === 0) countStep('server tests (build or test host)', 1);

heading('fuzzing: every kept case, and a short run of each entry');
count('fuzz smoke', await run('dotnet', ['run', '--project', 'tests/fuzz/VaQuest.Fuzz', '-c', 'Release', '--', 'smoke'], { capture: true }));

heading('client tests');
count('client unit tests', await npm('run', '--silent', 'test:client'));
if (!quick) {
  heading('end to end: VS Code in a browser');
  count('end to end', await run(process.execPath, ['tests/e2e/run.mjs', ...(install ? [] : ['--no-install'])], { capture: true }));
  heading('other editors');
  for (const editor of ['nvim', 'emacs']) {
    count(editor, await run(process.execPath, [`tests/e2e/${editor}/run.mjs`, ...(install ? ['--install'] : [])], { capture: true }));
  }
}

heading('result');
if (quick) notes.push('only the quick tests ran: the lab, the browser and the other editors were left out by --quick');
for (const note of notes) console.log(note);
if (totals.skipped > 0) console.log(`skipped: ${totals.skipped} (reasons above)`);
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exit(totals.failed === 0 && totals.passed > 0 ? 0 : 1);
