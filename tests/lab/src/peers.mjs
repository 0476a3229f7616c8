// Holds a dump's truth against what drgn and crash say of the same bytes, for a person to read.
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { dumpFolder, kernelFolder } from './cache.mjs';

const DRGN = `
import sys
from drgn import Program
program = Program()
program.set_core_dump(sys.argv[1])
program.load_debug_info(sys.argv[2:])
for frame in program.crashed_thread().stack_trace():
    try:
        file, line, column = frame.source()
    except LookupError:
        file, line = "", 0
    print(frame.name or "", file, line, sep="|")
`;

/** The text of one comparison: the truth's functions, and for each peer its functions or why it has none. */
export function comparePeers(kernel, name) {
  const folder = dumpFolder(kernel, name);
  const truth = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8'));
  const image = join(kernelFolder(kernel), 'vmlinux');
  const modules = readdirSync(join(folder, 'modules')).map((file) => join(folder, 'modules', file));
  const drgn = askDrgn(folder, [image, ...modules]);
  const crash = askCrash(folder, image);
  const rows = truth.frames.map((frame) => row(frame, drgn.frames, crash.frames));
  return [
    `${kernel} ${name}: ${truth.panicMessage}`,
    `  drgn: ${drgn.reason ?? `${drgn.frames.length} frames`}; crash: ${crash.reason ?? `${crash.frames.length} frames, panic: ${crash.panic}`}`,
    ...rows,
  ].join('\n');
}

function row(frame, drgn, crash) {
  const name = frame.function ?? frame.pc;
  const place = frame.file ? `${frame.file.split('/').slice(-2).join('/')}:${frame.line}` : '';
  const inDrgn = drgn.find((peer) => peer.name === name);
  const sameLine = inDrgn && frame.file ? (inDrgn.line === frame.line ? 'same line' : `line ${inDrgn.line}`) : '';
  const verdict = `drgn ${inDrgn ? `yes ${sameLine}` : 'no'}`.padEnd(20);
  return `  ${name.padEnd(36)} ${place.padEnd(30)} ${verdict} crash ${crash.includes(frame.symbol ?? name) ? 'yes' : 'no'}`;
}

function askDrgn(folder, files) {
  const result = spawnSync('/usr/bin/python3', ['-c', DRGN, join(folder, 'vmcore'), ...files], { encoding: 'utf8', timeout: 120_000 });
  if (result.status !== 0) {
    return { frames: [], reason: lastLine(result.stderr) };
  }
  const frames = result.stdout.trim().split('\n').map((line) => line.split('|'));
  return { frames: frames.map(([name, file, line]) => ({ name: name.replace(/\..*/, ''), file, line: Number(line) })) };
}

function askCrash(folder, image) {
  const work = mkdtempSync(join(tmpdir(), 'vaquest-lab-crash-'));
  try {
    writeFileSync(join(work, 'commands'), `mod -S ${join(folder, 'modules')}\nsys\nbt\nquit\n`);
    const args = ['-s', '-i', join(work, 'commands'), image, join(folder, 'vmcore')];
    const result = spawnSync('crash', args, { encoding: 'utf8', timeout: 180_000, env: { ...process.env, HOME: work } });
    const frames = [...(result.stdout ?? '').matchAll(/^ *#\d+ \[[0-9a-f]+\] (\S+) at|\[exception RIP: ([^+\]]+)/gm)].map((match) => match[1] ?? match[2]);
    const panic = /PANIC: "(.*)"/.exec(result.stdout ?? '')?.[1];
    return frames.length > 0 ? { frames, panic } : { frames: [], reason: lastLine(`${result.stdout}${result.stderr}`) };
  } finally {
    if (existsSync(work)) {
      rmSync(work, { recursive: true, force: true });
    }
  }
}

const lastLine = (text) => text?.trim().split('\n').pop() || 'no answer';
