// editors: what the tests of other editors share: the server, the sample dump, installing the editor, counting.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

const sample = path.join(root, 'samples', 'widget-null-deref');

/** What the editor's script is told: where things are and what is true of them. */
export function facts() {
  const truth = JSON.parse(readFileSync(path.join(sample, 'truth.json'), 'utf8'));
  const frame = (name) => truth.frames.find((item) => item.function === name);
  const local = (item) => path.join(root, item.file);
  return {
    log: path.join(sample, 'dmesg.txt'),
    vmcore: path.join(sample, 'vmcore'),
    vmlinux: path.join(sample, 'vmlinux.debug'),
    modules: path.join(sample, 'modules'),
    sources: path.join(root, 'samples', 'widget'),
    panicMessage: truth.panicMessage,
    panicFile: local(truth),
    panicLine: truth.line,
    callerFile: local(frame('command_connect')),
    callerLine: frame('command_connect').line,
  };
}

/** Path of the built server, or a reason why there is none. */
export function findServer() {
  const server = process.env.VAQUEST_SERVER ?? path.join(root, 'dist', 'server', 'vaquest');
  return existsSync(server) ? { server } : { reason: `there is no server at ${server}; build it with: npm run build` };
}

/** True when a program runs. */
export function isInstalled(program) {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
}

/** Installs Debian packages when asked to and allowed to. */
export function install(packages) {
  if (!process.argv.includes('--install') || process.platform !== 'linux' || !existsSync('/usr/bin/apt-get')) {
    return;
  }
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status !== 0) {
    return;
  }
  const command = ['apt-get', 'install', '-y', '--no-install-recommends', ...packages];
  spawnSync(isRoot ? command[0] : 'sudo', isRoot ? command.slice(1) : ['-n', ...command], {
    stdio: 'ignore',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}

/** Says why nothing ran, and ends. */
export function skip(reason) {
  console.log(`SKIPPED: ${reason}`);
  console.log('0 passed, 0 failed, 1 skipped');
  process.exit(0);
}

/** Runs an editor in a directory of its own; its script writes "ok NAME" and "not ok NAME: WHY" lines to the result file. */
export function runEditor(command, args, server, expected) {
  const work = mkdtempSync(path.join(tmpdir(), 'vaquest-editor-'));
  const results = path.join(work, 'results.txt');
  const outcome = spawnSync(command, args, {
    cwd: work,
    encoding: 'utf8',
    timeout: 120_000,
    env: { ...process.env, HOME: work, XDG_CONFIG_HOME: work, VAQUEST_SERVER: server, VAQUEST_FACTS: JSON.stringify(facts()), VAQUEST_RESULTS: results },
  });
  const lines = existsSync(results) ? readFileSync(results, 'utf8').split('\n').filter((line) => line !== '') : [];
  rmSync(work, { recursive: true, force: true });
  for (const line of lines) console.log(line);
  const passed = lines.filter((line) => line.startsWith('ok ')).length;
  const failed = lines.filter((line) => line.startsWith('not ok ')).length;
  // A script that died half-way must not pass for one that had fewer checks.
  const missing = Math.max(0, expected - passed - failed);
  if (missing > 0 || outcome.status !== 0) {
    console.log(`${command} ended with ${outcome.status ?? outcome.signal}; ${missing} of ${expected} checks did not run`);
    console.log(`${outcome.stdout ?? ''}${outcome.stderr ?? ''}`.trim().split('\n').slice(-20).join('\n'));
  }
  const failures = failed + missing + (outcome.status !== 0 && failed + missing === 0 ? 1 : 0);
  console.log(`${passed} passed, ${failures} failed`);
  process.exit(failures === 0 ? 0 : 1);
}
