// Runs the client's unit tests: bundles tests/e2e/unit/*.test.ts and hands them to node's own test runner.
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');
const output = path.join(here, 'output', 'unit');
const tests = readdirSync(path.join(here, 'unit')).filter((name) => name.endsWith('.test.ts'));

await build({
  absWorkingDir: root,
  entryPoints: tests.map((name) => path.join(here, 'unit', name)),
  outdir: output,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  logLevel: 'warning',
});
const files = tests.map((name) => path.join(output, name.replace(/\.ts$/, '.mjs')));
const run = spawnSync(process.execPath, ['--test', '--test-reporter=tap', ...files], { cwd: root, encoding: 'utf8' });
const count = (label) => Number(new RegExp(`^# ${label} (\\d+)$`, 'm').exec(run.stdout)?.[1] ?? 0);
const [passed, failed] = [count('pass'), count('fail') + count('cancelled')];
if (failed > 0 || passed === 0 || run.status !== 0) {
  process.stdout.write(run.stdout + run.stderr);
}
console.log(`client unit tests: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 && run.status === 0 ? 0 : 1;
