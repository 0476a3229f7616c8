// Writes truth.json: what the kernel's own log and the scenario's own source determine about a dump, and how each was determined.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { hashOf, kernelFolder } from './cache.mjs';
import { expectedFiles, readExpected } from './expected.mjs';
import { addKernelLines } from './kernel-lines.mjs';
import { expandFrame, readMarkers } from './markers.mjs';
import { parseOops } from './oops.mjs';
import { LabError } from './run.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/** Changes when the way truth is determined changes, so that a dump's truth can be written anew without making the dump again. */
const codeRecipe = hashOf([], ['kernel-lines', 'markers', 'oops', 'truth', 'expected'].map((file) => join(here, `${file}.mjs`)));
const truthRecipe = (scenario) => hashOf([codeRecipe, JSON.stringify(scenario)], expectedFiles(scenario));

export function isTruthCurrent(folder, scenario) {
  const file = join(folder, 'truth.json');
  return existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).recipe === truthRecipe(scenario);
}

/** Determines and writes the truth about the dump in `folder`. */
export function writeTruth(kernel, name, scenario, wantedFormats, folder) {
  const oops = parseOops(readFileSync(join(folder, 'dmesg.txt'), 'utf8'), scenario.headline);
  // A panic for a machine check prints neither who was running nor a trace; the scenario's source has bound it to a CPU.
  const who = oops?.cpu === undefined ? scenario.who : oops;
  if (oops === undefined || who === undefined) {
    throw new LabError(`the log of ${name} tells of no crash: see ${join(folder, 'dmesg.txt')}`);
  }
  const guest = readGuest(kernel, folder);
  const markers = scenario.module ? readMarkers(scenario.module, name) : new Map();
  const hooked = findHooked(scenario, oops, guest);
  const frames = makeFrames(kernel, scenario, oops, markers);
  const absent = (scenario.shows ?? []).find((wanted) => !frames.some((frame) => (frame.function ?? plainName(frame.symbol)) === wanted));
  if (absent !== undefined) {
    throw new LabError(`${name} did not crash as it was meant to: ${absent} is not in the stack (see ${join(folder, 'dmesg.txt')})`);
  }
  const site = findSite(frames);
  const truth = {
    schema: 'vaquest.lab/1',
    recipe: truthRecipe(scenario),
    scenario: name,
    what: scenario.what,
    ...(scenario.group && { group: scenario.group }),
    kernel: kernel.kernel,
    release: kernel.release,
    buildId: kernel.buildId,
    formats: wantedFormats,
    panicMessage: oops.message,
    kind: scenario.kind,
    cpu: who.cpu,
    ...(who.pid !== undefined && { pid: who.pid }),
    comm: who.comm,
    ...(oops.faultAddress && { faultAddress: oops.faultAddress }),
    ...(site && { function: site.function, file: site.file, line: site.line }),
    frames: frames.map(publicFrame),
    registers: makeRegisters(oops, guest),
    ...readExpected(scenario, markers),
    ...(hooked.length > 0 && { hooked }),
    taints: oops.taints,
    kaslrOffset: guest.kaslrOffset,
    modules: modulesAtCrash(scenario, guest.modules),
    provenance: provenance(oops, wantedFormats.some((format) => format.startsWith('qemu-')), scenario),
  };
  const file = join(folder, 'truth.json');
  writeFileSync(`${file}.new`, `${JSON.stringify(truth, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

/** What the living kernel said of itself before the crash. */
function readGuest(kernel, folder) {
  const symbols = new Map();
  for (const line of gunzipSync(readFileSync(join(folder, 'guest', 'kallsyms.gz'))).toString('latin1').split('\n')) {
    const match = /^([0-9a-f]{16}) \w (\S+)(?:\s+\[(\w+)\])?$/.exec(line);
    if (match) {
      symbols.set(`${match[3] ?? ''}:${match[2]}`, BigInt(`0x${match[1]}`));
    }
  }
  const linked = /^([0-9a-f]{16}) \w _stext$/m.exec(readFileSync(join(kernelFolder(kernel.kernel), 'System.map'), 'utf8'));
  const offset = symbols.get(':_stext') - BigInt(`0x${linked[1]}`);
  const modules = readFileSync(join(folder, 'guest', 'modules'), 'utf8').trim().split('\n').map((line) => line.split(' ')[0]);
  return { symbols, kaslrOffset: hex(offset), modules };
}

/**
 * Frames whose return address a probe replaced: the log has its trampoline there, and the scenario's source says whose frame it is. The
 * trace's lines are changed to that.
 */
function findHooked(scenario, oops, guest) {
  const trampolines = ['arch_rethook_trampoline', '__kretprobe_trampoline', 'kretprobe_trampoline'].map((name) => guest.symbols.get(`:${name}`));
  const functions = [...(scenario.hooked ?? [])];
  return oops.trace.filter((frame) => !frame.unreliable && frame.symbol).flatMap((frame) => {
    const base = guest.symbols.get(`${frame.module ?? ''}:${frame.symbol}`);
    if (base === undefined || !trampolines.includes(base + BigInt(frame.offset))) {
      return [];
    }
    const logged = `${frame.symbol}+0x${frame.offset.toString(16)}/0x${frame.size}`;
    Object.assign(frame, { symbol: functions.shift(), offset: undefined, size: undefined, module: scenario.module });
    return [{ logged, function: frame.symbol }];
  });
}

/** The guest listed its modules before the trigger, which may load the scenario's own or remove it. */
function modulesAtCrash({ module, load, unloads }, listed) {
  return load === false ? [module, ...listed] : listed.filter((name) => !(unloads && name === module));
}

function makeFrames(kernel, scenario, oops, markers) {
  // A function printed as the place of the fault is a frame; panic() prints none, and its caller dump_stack had returned.
  const physical = oops.location ? [oops.location] : [];
  const reliable = oops.trace.filter((frame) => !frame.unreliable && !/^(dump_stack|show_stack)/.test(frame.symbol)).map(withoutPlace);
  physical.push(...(reliable.length > 0 ? reliable.map((frame) => ({ ...frame, isCall: !frame.interrupted })) : sourceStack(scenario, oops)));
  addKernelLines(kernel, physical);
  return physical.flatMap((frame) => (frame.module ? expandModuleFrame(markers, scenario, frame) : [frame]));
}

// The log has panic() where it called dump_stack(); the dump has it further on, where it called crash_kexec().
function withoutPlace(frame) {
  return /^v?panic$/.test(frame.symbol) ? { symbol: frame.symbol } : frame;
}

/** When the kernel cannot unwind (its RIP is in data) the callers are those the scenario's source determines. */
function sourceStack(scenario, oops) {
  return (scenario.callers ?? []).map((name) => oops.trace.find((frame) => plainName(frame.symbol) === name) ?? { symbol: name });
}

function expandModuleFrame(markers, scenario, frame) {
  if (frame.module !== scenario.module || !markers.has(plainName(frame.symbol))) {
    return [frame];
  }
  const chain = expandFrame(markers, plainName(frame.symbol));
  return chain.map((entry, index) => (index === chain.length - 1 ? { ...frame, ...entry } : { ...entry, module: frame.module }));
}

/** What GCC appends to the name of a clone or of a cold part is no part of the function's name. */
const plainName = (symbol) => symbol?.replace(/(\.(cold|isra|constprop|part|llvm)(\.\d+)?)+$/, '');

function publicFrame(frame) {
  const name = frame.function ?? plainName(frame.symbol);
  return {
    ...(name ? { function: name } : { pc: frame.pc }),
    ...(frame.symbol && frame.symbol !== name && { symbol: frame.symbol }),
    ...(frame.offset !== undefined && { offset: frame.offset }),
    ...(frame.module && { module: frame.module }),
    ...(frame.file && { file: frame.file, line: frame.line }),
    ...(frame.inlined && { inlined: true }),
    kind: frame.inlined ? 'inlined' : frameKind(frame.symbol ?? ''),
  };
}

// The entry code whose frame holds the interrupted registers.
function frameKind(symbol) {
  if (/^(asm_exc_nmi|end_repeat_nmi|repeat_nmi)/.test(symbol)) {
    return 'nmi';
  }
  return /^asm_exc_/.test(symbol) ? 'exception' : /^asm_(sysvec_|common_interrupt|spurious)/.test(symbol) ? 'interrupt' : 'normal';
}

/** Where an engineer would look first: the innermost frame that is code and not the panic machinery; nothing when no frame has a line. */
function findSite(frames) {
  const site = frames.find((frame) => frame.file && !/^(panic|__warn)$/.test(frame.function ?? plainName(frame.symbol)));
  return site && { ...site, function: site.function ?? plainName(site.symbol) };
}

function makeRegisters(oops, guest) {
  const { location, registers } = oops;
  if (location === undefined) {
    return {};
  }
  const base = guest.symbols.get(`${location.module ?? ''}:${location.symbol}`);
  const rip = location.pc ?? (base === undefined ? undefined : hex(base + BigInt(location.offset)));
  return { ...(rip && { rip }), ...registers };
}

function provenance(oops, isConsole, scenario) {
  const log = isConsole ? "the kernel's log (recorded in the guest, then from its console)" : "the kernel's log (dmesg.txt, taken from the dump)";
  return {
    panicMessage: `headline of the crash in ${log}`,
    kind: 'what the scenario was written to do, checked by eye against the headline',
    cpu: oops.cpu === undefined ? "CPU and comm from the scenario's source: the log names nobody" : `CPU, PID, Comm and Tainted of the same report in ${log}`,
    frames: [
      oops.location ? 'innermost from RIP of the report' : 'from panic() outwards, which is known by name only: the log has it where it printed, the dump where it had the registers saved',
      oops.trace.some((frame) => !frame.unreliable) || !scenario.callers
        ? "the others from the Call Trace's lines without a question mark"
        : "the others from the module's source, since every line of the Call Trace has a question mark",
      "lines and inlined functions of the module from the markers in its source; file and line of the kernel's frames where "
        + 'eu-addr2line and llvm-symbolizer agree (the innermost inlined function is not named there)',
    ].join('; '),
    registers: oops.location
      ? "the report's registers; rip from the symbol's address in the guest's /proc/kallsyms plus the report's offset"
      : 'panic() prints none',
    kaslrOffset: "_stext in the guest's /proc/kallsyms less _stext in System.map",
    modules: "the guest's /proc/modules before the crash, newest first",
  };
}

const hex = (value) => `0x${BigInt.asUintN(64, value).toString(16)}`;
