// Runs programs: output caught, a time limit, and an error that says which program failed and how.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** An error the user can act on: its message is printed alone, without a stack, and the process ends with `exitCode`. */
export class LabError extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Runs a program to its end and returns its stdout; throws a LabError with the last lines of its output when it fails. */
export function run(program, args, options = {}) {
  const result = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 512 * 1024 * 1024,
    timeout: (options.timeoutSeconds ?? 600) * 1000,
    ...options,
  });
  if (result.error) {
    throw new LabError(`${program} could not run: ${result.error.message}`);
  }
  if (result.status !== 0) {
    const lines = `${result.stdout}\n${result.stderr}`.trim().split('\n').slice(-12).join('\n');
    throw new LabError(`${program} ${args.join(' ')} ended with ${result.status ?? result.signal}:\n${lines}`);
  }
  return result.stdout;
}

/** The same without blocking the event loop; `seconds` limits it. */
export function start(program, args, options = {}) {
  return spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], ...options });
}

/** The path of a program in PATH or the system's own folders, or undefined. */
export function which(program) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/bin', '/bin'];
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

export function say(text) {
  process.stderr.write(`lab: ${text}\n`);
}

export const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** Does `work` on each item, `count` of them at a time, in order of the list. */
export async function inParallel(items, count, work) {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: count }, worker));
}
