// whatis: says what numbers from stacks and registers are, and holds the answers against drgn's identify_address.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const SHOWN = 10;

/** The class of an answer of ours that agrees with one of drgn's. */
const CLASSES = [
  [/^slab object: (.+)\+0x/, ([, name]) => (kind, text) => kind === 'slab' && text.includes(` of slab cache ${name} (`) && !text.startsWith('free ')],
  [/^free slab object: (.+)\+0x/, ([, name]) => (kind, text) => kind === 'slab' && text.includes(` of slab cache ${name} (`) && text.startsWith('free')],
  [/^function symbol: ([^+]+)/, ([, name]) => (kind, text) => kind === 'text' && text.startsWith(`${name}+`)],
  [/^(?:object )?symbol: /, () => (kind) => kind === 'symbol' || kind === 'text'],
  [/^(?:vmap|vmap stack|task)/, () => (kind) => kind === 'vmalloc' || kind === 'stack' || kind === 'slab'],
];

/**
 * @param {{bench: string, dump: string, vmlinux: string, modules: string, moduleFiles: string[], count: number, list: string, drgn?: string}} what
 * @returns {{summary: string, drgn?: string, agreed?: number, differences?: string[]}}
 */
export function measureWhatIs({ bench, dump, vmlinux, modules, moduleFiles, count, list, drgn }) {
  const ours = spawnSync('dotnet', [bench, 'whatis', dump, vmlinux, modules, String(count), list], { encoding: 'utf8' });
  if (ours.status !== 0) throw new Error(`whatis did not run: ${ours.stderr}`);
  if (!drgn) return { summary: ours.stdout.trim() };
  const theirs = spawnSync('/usr/bin/python3', [drgn, dump, list, vmlinux, ...moduleFiles], { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (theirs.status !== 0) throw new Error(`drgn did not run: ${theirs.stderr}`);
  const answers = new Map(readFileSync(list, 'utf8').trim().split('\n').map((line) => [line.split('\t')[0], line.split('\t').slice(1)]));
  let agreed = 0;
  const differences = [];
  for (const line of theirs.stdout.trim().split('\n').filter(Boolean)) {
    const [number, answer] = line.split('\t');
    const [kind, text] = answers.get(number);
    const [pattern, make] = CLASSES.find(([form]) => form.test(answer)) ?? [];
    if (pattern && make(pattern.exec(answer))(kind, text)) agreed++;
    else differences.push(`0x${number}: drgn ${answer}; vaquest ${kind}: ${text}`);
  }
  return { summary: ours.stdout.trim(), drgn: `${theirs.stderr.trim().split('\n').pop()} ms each`, agreed, differences };
}

/** Prints what was measured; differences in full, as far as there are few. */
export function printWhatIs({ summary, drgn, agreed, differences }) {
  console.log(`\nwhat is at an address\n  vaquest whatis                 ${summary}`);
  if (drgn === undefined) return;
  console.log(`  drgn identify_address          ${drgn}; it answers for ${agreed + differences.length}, and ${agreed} of these agree`);
  for (const difference of differences.slice(0, SHOWN)) console.log(`    ${difference}`);
  if (differences.length > SHOWN) console.log(`    and ${differences.length - SHOWN} more`);
}
