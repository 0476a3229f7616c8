// File and line of the kernel's own frames: two independent tools read the image's DWARF, and only what both say is kept.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kernelFolder } from './cache.mjs';
import { run, which } from './run.mjs';

/** Adds `file` and `line` to the frames of the image itself. A frame both tools do not agree on stays without. */
export function addKernelLines(kernel, frames) {
  const symbols = readUniqueSymbols(kernel.kernel);
  const wanted = frames.filter((frame) => frame.symbol && frame.offset !== undefined && !frame.module && symbols.has(frame.symbol));
  if (wanted.length === 0 || which('eu-addr2line') === undefined || which('llvm-symbolizer') === undefined) {
    return;
  }
  // A return address is behind its call, perhaps in the next line: the byte before it is in the call.
  const addresses = wanted.map((frame) => `0x${(symbols.get(frame.symbol) + BigInt(frame.offset) - (frame.isCall ? 1n : 0n)).toString(16)}`);
  const image = join(kernelFolder(kernel.kernel), 'vmlinux');
  const elfutils = run('eu-addr2line', ['-a', '-i', '-e', image, ...addresses])
    .trim().split(/^0x[0-9a-f]+$/m).slice(1).map((block) => outermost(block.trim().split('\n')));
  const llvm = run('llvm-symbolizer', ['--obj', image, '--inlines', '--functions=none', ...addresses])
    .trim().split('\n\n').map((block) => outermost(block.split('\n')));
  wanted.forEach((frame, index) => {
    if (elfutils[index] && elfutils[index].line === llvm[index]?.line && sameFile(elfutils[index].file, llvm[index].file)) {
      frame.file = relative(llvm[index].file);
      frame.line = llvm[index].line;
    }
  });
}

// With inlined functions an address has several lines, innermost first; the frame itself is the last.
function outermost(lines) {
  const match = /^(.*?):(\d+)/.exec(lines.at(-1));
  return match && Number(match[2]) > 0 ? { file: match[1], line: Number(match[2]) } : undefined;
}

const relative = (file) => file.replace(/^\/.*?\/linux-[^/]*\//, '').replace(/^debian\/build\/[^/]*\/(\.\.\/)*/, '');
const sameFile = (a, b) => relative(a).split('/').pop() === relative(b).split('/').pop();

function readUniqueSymbols(kernel) {
  const symbols = new Map();
  for (const line of readFileSync(join(kernelFolder(kernel), 'System.map'), 'utf8').split('\n')) {
    const [address, , name] = line.split(' ');
    if (name) {
      symbols.set(name, symbols.has(name) ? undefined : BigInt(`0x${address}`));
    }
  }
  return new Map([...symbols].filter(([, address]) => address !== undefined));
}
