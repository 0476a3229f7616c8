// Runs the lab's unit tests, tests/lab/unit/*.test.mjs, with node's own test runner; they need no guest and no package.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), 'unit');
const files = readdirSync(folder).filter((name) => name.endsWith('.test.mjs')).map((name) => path.join(folder, name));
const run = spawnSync(process.execPath, ['--test', '--test-reporter=tap', ...files], { encoding: 'utf8' });
const count = (label) => Number(new RegExp(`^# ${label} (\\d+)$`, 'm').exec(run.stdout)?.[1] ?? 0);
const [passed, failed] = [count('pass'), count('fail') + count('cancelled')];
if (failed > 0 || passed === 0 || run.status !== 0) {
  process.stdout.write(run.stdout + run.stderr);
}
console.log(`lab unit tests: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 && run.status === 0 ? 0 : 1;
