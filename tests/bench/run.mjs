// bench: measures vaquest beside its peers in one run, in turn, on the same files, and prints a table of medians and ratios.
//
// npm run bench [-- --runs N] [--kernel 6.1-cloud] [--scenario null-deref] [--json FILE]
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root, serverPath } from '../../scripts/lib/run.mjs';
import { measureHovers } from './hover.mjs';
import { measureWhatIs, printWhatIs } from './whatis.mjs';

function option(name, fallback) {
  const at = process.argv.indexOf(`--${name}`);
  return at > 0 ? process.argv[at + 1] : fallback;
}

const runs = Number(option('runs', '11'));
const kernel = option('kernel', '6.1-cloud');
const scenario = option('scenario', 'null-deref');
const lab = process.env.VAQUEST_LAB || path.join(os.homedir(), '.cache', 'vaquest', 'lab');
const dumpDirectory = path.join(lab, 'dumps', kernel, scenario);
const dump = path.join(dumpDirectory, 'vmcore');
const vmlinux = path.join(lab, 'kernels', kernel, 'vmlinux');
const modules = path.join(dumpDirectory, 'modules');
const work = mkdtempSync(path.join(os.tmpdir(), 'vaquest-bench-'));
const rows = [];

/** Keeps a result and prints it at once: a long run that is stopped has still said what it knew. */
function add(row) {
  if (row.title !== rows.at(-1)?.title) console.log(`\n${row.title}`);
  rows.push(row);
  console.log(row.median === undefined
    ? `  ${row.name.padEnd(30)} ${row.note}`
    : `  ${row.name.padEnd(30)} median ${row.median.toFixed(3).padStart(8)} s   min ${row.min.toFixed(3)}  max ${row.max.toFixed(3)}   ${row.peakMiB ? `${row.peakMiB.toFixed(0).padStart(5)} MiB` : '         '}   vaquest/this ${row.ratio.toFixed(2)}  ${row.note}`);
}

for (const [file, how] of [[serverPath, 'npm run build'], [dump, `npm run lab -- make --kernel ${kernel} --scenario ${scenario}`], [vmlinux, `npm run lab -- make --kernel ${kernel}`]]) {
  if (!existsSync(file)) {
    console.error(`bench: ${file} is not there; make it with: ${how}`);
    process.exit(1);
  }
}

const has = (command, args = ['--version']) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

function measure(count, argv, input = '-') {
  const result = JSON.parse(execFileSync('python3', [path.join(root, 'tests/bench/measure.py'), String(count), input, ...argv], { encoding: 'utf8', maxBuffer: 1 << 26 }));
  return { median: median(result.seconds), min: Math.min(...result.seconds), max: Math.max(...result.seconds), peakMiB: result.peakKiB / 1024, exit: result.exit };
}

/** Runs all contestants in turn, in several rounds, so that a slow moment of the machine hits all of them. */
function compare(title, contestants, count = runs) {
  const present = contestants.filter((one) => one.available !== false);
  for (const one of contestants.filter((one) => one.available === false)) add({ title, name: one.name, note: one.reason ?? 'not installed' });
  for (const one of present) measure(1, one.argv, one.input); // warm the page cache
  const samples = new Map(present.map((one) => [one.name, { seconds: [], peakMiB: 0, exit: 0 }]));
  for (let round = 0; round < count; round++) {
    for (const one of present) {
      const rounds = one.runs ?? count;
      if (round >= rounds) continue;
      const result = measure(1, one.argv, one.input);
      const sample = samples.get(one.name);
      sample.seconds.push(result.median);
      sample.peakMiB = Math.max(sample.peakMiB, result.peakMiB);
      sample.exit ||= result.exit;
    }
  }
  const base = samples.get(present[0].name);
  for (const one of present) {
    const { seconds, peakMiB, exit } = samples.get(one.name);
    add({
      title, name: one.name, median: median(seconds), min: Math.min(...seconds), max: Math.max(...seconds), peakMiB,
      ratio: median(base.seconds) / median(seconds), note: exit === 0 ? '' : `exit code ${exit}`,
    });
  }
}

function randomAddresses(count) {
  const symbols = execFileSync('nm', [vmlinux], { encoding: 'utf8', maxBuffer: 1 << 28 });
  const find = (name) => BigInt(`0x${new RegExp(`^([0-9a-f]+) \\S ${name}$`, 'm').exec(symbols)[1]}`);
  const start = find('_stext');
  const size = Number(find('_etext') - start);
  let state = 20260101;
  const lines = [];
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    lines.push(`0x${(start + BigInt(Math.floor((state / 4294967296) * size))).toString(16)}`);
  }
  const file = path.join(work, `addresses-${count}`);
  writeFileSync(file, lines.join('\n') + '\n');
  return file;
}

console.log(`${kernel}/${scenario}, ${runs} rounds, ${os.cpus().length} CPUs (${os.cpus()[0]?.model ?? 'unknown'})`);

// 1. First report.
const crashInput = path.join(work, 'crash-commands');
writeFileSync(crashInput, 'bt\nquit\n');
const moduleFiles = existsSync(modules) ? readdirSync(modules).filter((name) => name.endsWith('.ko')).map((name) => path.join(modules, name)) : [];
const ours = ['report', dump, '--vmlinux', vmlinux, ...(moduleFiles.length > 0 ? ['--debug', modules] : [])];
const drgn = has('/usr/bin/python3', ['-c', 'import drgn']);
compare('start to printed report or stack', [
  { name: 'vaquest report', argv: [serverPath, ...ours] },
  { name: 'drgn stack', argv: ['/usr/bin/python3', path.join(root, 'tests/bench/peers/drgn-stack.py'), dump, vmlinux, ...moduleFiles], available: drgn },
  { name: 'crash bt', argv: ['crash', '-s', '-i', crashInput, vmlinux, dump], available: has('crash'), runs: 3 },
]);
// All memory, for one word: crash searches the same physical pages; drgn 0.0.22 has no search.
const wanted = /0x([0-9a-f]+)/.exec(execFileSync(serverPath, ['print', dump, '&init_task', '--json'], { encoding: 'utf8' }))[1];
const searchInput = path.join(work, 'search-commands');
writeFileSync(searchInput, `search -p ${wanted}\nquit\n`);
compare('search all memory for one word', [
  { name: 'vaquest search', argv: [serverPath, 'search', dump, wanted, '--limit', '1000000'] },
  { name: 'crash search -p', argv: ['crash', '-s', '-i', searchInput, vmlinux, dump], available: has('crash'), runs: 3 },
]);

compare('opening with module debug files at hand', [
  { name: 'vaquest, one', argv: [serverPath, ...ours] },
  { name: 'vaquest, all of the kernel\'s', argv: [serverPath, ...ours, '--debug', path.join(lab, 'kernels', kernel, 'debug')] },
]);

// 2. The stacks of all tasks, with inlined functions and lines, of a dump with 2,000 sleeping ones.
const many = path.join(lab, 'dumps', kernel, 'many-tasks');
const manyDump = path.join(many, 'vmcore');
const manyModules = path.join(many, 'modules');
if (existsSync(manyDump)) {
  const files = existsSync(manyModules) ? readdirSync(manyModules).filter((name) => name.endsWith('.ko')).map((name) => path.join(manyModules, name)) : [];
  compare('stacks of all tasks: many-tasks', [
    { name: 'vaquest bt --all', argv: [serverPath, 'bt', '--all', manyDump, '--vmlinux', vmlinux, '--debug', manyModules] },
    { name: 'drgn, every task', argv: ['/usr/bin/python3', path.join(root, 'tests/bench/peers/drgn-stacks.py'), manyDump, vmlinux, ...files], available: drgn },
  ], Math.min(runs, 5));
} else {
  add({ title: 'stacks of all tasks: many-tasks', name: 'vaquest bt --all', note: `the dump is not there; make it with: npm run lab -- make --kernel ${kernel} --scenario many-tasks` });
}

// Hovers of the variables of the line that crashed, over the language server's wire.
const truth = JSON.parse(readFileSync(path.join(dumpDirectory, 'truth.json'), 'utf8'));
const sources = path.join(dumpDirectory, 'source');
const crashed = path.join(sources, path.posix.relative('/usr/src/vaquest-lab', truth.file ?? '/'));
if (existsSync(crashed) && truth.line > 0) {
  const { first, others } = await measureHovers({
    server: serverPath, dump, file: crashed, line: truth.line, count: 1000,
    options: { vmlinux, debugDirectories: [modules], sourceRoots: [sources] },
  });
  const title = 'hover of a variable in the source';
  add({ title, name: 'the first', median: first, min: first, max: first, ratio: 1, note: 'reads the frames and their variables' });
  add({ title, name: 'each of 1,000 others', median: median(others), min: Math.min(...others), max: Math.max(...others), ratio: 1, note: 'with the wire' });
} else {
  add({ title: 'hover of a variable in the source', name: 'vaquest lsp', note: `the source of ${scenario} is not beside its dump` });
}

// 3. Addresses to lines.
for (const [count, repeats] of [[1, runs], [1000, Math.min(runs, 7)], [100000, Math.min(runs, 3)]]) {
  const input = randomAddresses(count);
  const llvm = ['llvm-symbolizer', 'llvm-symbolizer-14'].find((name) => has(name));
  compare(`symbolize ${count} random addresses`, [
    { name: 'vaquest symbolize', argv: [serverPath, 'symbolize', '--vmlinux', vmlinux, '-'], input },
    { name: 'llvm-symbolizer', argv: [llvm ?? 'llvm-symbolizer', `--obj=${vmlinux}`, '--inlines'], input, available: llvm !== undefined },
    { name: 'eu-addr2line', argv: ['eu-addr2line', '-i', '-f', '-e', vmlinux], input, available: has('eu-addr2line') && count <= 1000, reason: count > 1000 ? 'left out: its time grows with the count, about 20 minutes here' : undefined, runs: count > 1 ? 1 : undefined },
  ], repeats);
}

// 4. Every page.
const readerDll = path.join(root, 'tests/bench/VaQuest.Bench/bin/Release/net10.0/VaQuest.Bench.dll');
const built = spawnSync('dotnet', ['build', '--nologo', '-v', 'q', '-c', 'Release', path.join(root, 'tests/bench/VaQuest.Bench')], { encoding: 'utf8' });
if (built.status !== 0) {
  console.error(`bench: the page reader did not build: ${built.stdout}`);
  process.exit(1);
}
// What numbers are: of the dump with many tasks when it is there, since an ordinary one has fewer different words on its stacks.
const manyFiles = existsSync(manyModules) ? readdirSync(manyModules).filter((name) => name.endsWith('.ko')).map((name) => path.join(manyModules, name)) : [];
printWhatIs(measureWhatIs({
  bench: readerDll, vmlinux, count: 10000, list: path.join(work, 'whatis'),
  drgn: drgn ? path.join(root, 'tests/bench/peers/drgn-identify.py') : undefined,
  ...(existsSync(manyDump) ? { dump: manyDump, modules: manyModules, moduleFiles: manyFiles } : { dump, modules, moduleFiles }),
}));
const peer = path.join(work, 'kdumpfile-read');
const hasPeer = spawnSync('gcc', ['-O2', '-o', peer, path.join(root, 'tests/bench/peers/kdumpfile-read.c'), '-lkdumpfile'], { stdio: 'ignore' }).status === 0;
const inner = (output) => Number(/([\d.]+) seconds/.exec(output)?.[1]);
const facts = (output) => /(\d+) pages.*sum (\w+)/.exec(output)?.slice(1).join(' pages, checksum ');
/** The lab's dump in every form: the files that vaquest convert makes hold the same pages as the original. */
function makeForms() {
  const forms = [];
  for (const [name, format, compression] of [['none', 'kdump-compressed', 'none'], ['zlib', 'kdump-compressed', 'zlib'], ['lzo', 'kdump-compressed', 'lzo'],
    ['snappy', 'kdump-compressed', 'snappy'], ['zstd', 'kdump-compressed', 'zstd'], ['elf', 'elf', undefined]]) {
    const target = path.join(work, `vmcore.${name}`);
    execFileSync(serverPath, ['convert', dump, '--to', format, '--output', target, ...(compression ? ['--compression', compression] : [])], { stdio: 'ignore' });
    forms.push([name, target]);
  }
  return forms;
}

for (const [name, target] of makeForms()) {
  for (const order of ['sequential', 'random']) {
    const list = path.join(work, `pages-${order}`);
    execFileSync('dotnet', [readerDll, 'list', target, list, order]);
    const runners = {
      'vaquest, 1 thread': () => execFileSync('dotnet', [readerDll, 'read', target, list, '1'], { encoding: 'utf8' }),
      libkdumpfile: () => (hasPeer ? spawnSync(peer, [target, list], { encoding: 'utf8' }).stdout : ''),
      'vaquest, 2 threads': () => execFileSync('dotnet', [readerDll, 'read', target, list, '2'], { encoding: 'utf8' }),
    };
    const times = Object.fromEntries(Object.keys(runners).map((key) => [key, []]));
    const seen = {};
    for (let round = 0; round < Math.min(runs, 5); round++) {
      for (const [key, runner] of Object.entries(runners)) {
        const output = runner();
        seen[key] = facts(output ?? '');
        if (seen[key]) times[key].push(inner(output));
      }
    }
    const title = `read every page, ${order}: ${name}`;
    const first = median(times['vaquest, 1 thread']);
    for (const key of Object.keys(runners)) {
      if (times[key].length === 0) add({ title, name: key, note: hasPeer ? 'cannot read this file' : 'libkdumpfile-dev or gcc not installed' });
      else add({ title, name: key, median: median(times[key]), min: Math.min(...times[key]), max: Math.max(...times[key]), ratio: first / median(times[key]), note: `${seen[key]}${seen[key] === seen['vaquest, 1 thread'] ? '' : ' (DIFFERS)'}` });
    }
  }
}

// 4. Opening dumps of a tebibyte: a sparse ELF file, and bitmaps of 2^28 pages.
const tebibyte = 2 ** 40;
function segment(offset, physical, stored, memory) {
  const header = Buffer.alloc(56);
  header.writeUInt32LE(1, 0);
  for (const [at, value] of [[8, offset], [24, physical], [32, stored], [40, memory]]) header.writeBigUInt64LE(BigInt(value), at);
  return header;
}
function sparseElf(name, segments, length) {
  const head = Buffer.alloc(64);
  head.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  head.writeUInt16LE(4, 16);
  head.writeUInt16LE(62, 18);
  head.writeUInt32LE(1, 20);
  head.writeBigUInt64LE(64n, 32);
  head.writeUInt16LE(64, 52);
  head.writeUInt16LE(56, 54);
  head.writeUInt16LE(segments.length, 56);
  const file = path.join(work, name);
  writeFileSync(file, Buffer.concat([head, ...segments]));
  truncateSync(file, length);
  return file;
}
const large = sparseElf('tebibyte.elf', [segment(4096, 0, tebibyte, tebibyte)], 4096 + tebibyte);
const ends = sparseElf('ends.elf', [segment(4096, 0, 4096, tebibyte - 4096), segment(8192, tebibyte - 4096, 4096, 4096)], 12288);
const bitmaps = path.join(work, 'tebibyte.kdump');
execFileSync(serverPath, ['convert', ends, '--to', 'kdump-compressed', '--output', bitmaps], { stdio: 'ignore' });
compare('open', [
  { name: 'the dump of the table above', argv: [serverPath, 'info', dump] },
  { name: 'ELF of 1 TiB, sparse', argv: [serverPath, 'info', large] },
  { name: 'kdump of 1 TiB, two bitmaps of 32 MiB', argv: [serverPath, 'info', bitmaps] },
]);

const json = option('json', undefined);
if (json) writeFileSync(json, JSON.stringify({ kernel, scenario, runs, rows }, null, 2) + '\n');
