// Makes one scenario's dump on one kernel: modules, guest, crash, dump files, logs, sources and the truth about them.
import { chmodSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { bootUntilDumped } from './attempts.mjs';
import { dumpFolder, hashOf, isCurrent, publish } from './cache.mjs';
import { formats } from './formats.mjs';
import { bootGuest, extract } from './guest.mjs';
import { writeInitrd } from './initrd.mjs';
import { buildModule, copySources, modulesFolder } from './modules.mjs';
import { buildProgram, programFile } from './programs.mjs';
import { LabError, run, say } from './run.mjs';
import { isTruthCurrent, writeTruth } from './truth.mjs';

const here = dirname(fileURLToPath(import.meta.url));
// Part of the cache key: raise it when a dump made the new way would differ.
const RECIPE = '1';

const BACKGROUND = 'lab_background';
const GUEST_FILES = ['kallsyms', 'modules', 'version', 'cmdline', 'iomem', 'meminfo', 'tasks', 'loadavg', 'uptime', 'dmesg', 'stacks'];

/** Makes sure the dump is in the cache in these formats; returns false when it already was. */
export async function makeDump(kernel, name, scenario, wantedFormats) {
  const folder = dumpFolder(kernel.kernel, name);
  const key = scenarioKey(kernel, scenario);
  const present = isCurrent(folder, key) ? Object.keys(formats).filter((format) => isPresent(folder, scenario, format)) : [];
  const missing = wantedFormats.filter((format) => !present.includes(format));
  if (missing.length === 0) {
    if (!isTruthCurrent(folder, scenario)) {
      writeTruth(kernel, name, scenario, present, folder);
    }
    return false;
  }
  const began = Date.now();
  await publish(folder, key, (made, stage) => buildDump(kernel, name, scenario, [...present, ...missing], made, stage));
  say(`${kernel.kernel} ${name} made in ${((Date.now() - began) / 1000).toFixed(0)} s`);
  return true;
}

function isPresent(folder, scenario, format) {
  const isQemu = formats[format].qmp !== undefined;
  return (!isQemu || scenario.formats.includes(format)) && existsSync(join(folder, formats[format].file))
    && isQemu === (formats[scenario.formats[0]].qmp !== undefined);
}

/** Everything the dump's own bytes depend on: its scenario, its modules' sources, the kernel's version and the way it is made. */
export function scenarioKey(kernel, scenario) {
  const sources = moduleNames(scenario).map((module) => join(modulesFolder, module));
  const guest = ['init', ...(scenario.helpers ?? [])].map((file) => join(here, '..', 'guest', file));
  const programs = (scenario.programs ?? []).map(programFile);
  // Members that a scenario does not have are not in the text: adding a kind of member remakes no dump.
  const { module, trigger, cpu, load, helpers, memory, append, monitor, modules } = scenario;
  const settings = JSON.stringify({ module, trigger, cpu, load, helpers, memory, append, monitor, modules });
  return hashOf([RECIPE, settings, kernel.version, kernel.buildId], [...sources, ...guest, ...programs]);
}

function moduleNames(scenario) {
  return [BACKGROUND, ...(scenario.module ? [scenario.module] : []), ...(scenario.modules ?? [])];
}

async function buildDump(kernel, name, scenario, wantedFormats, made, stage) {
  const modules = buildModules(kernel, scenario, made, stage);
  const chosen = wantedFormats.map((format) => formats[format]);
  const captureCommands = chosen.map((format) => format.guest).filter(Boolean);
  const initrd = join(stage, 'initrd.img');
  const programs = (scenario.programs ?? []).map((program) => buildProgram(program, stage));
  const { trigger, helpers = [], load } = scenario;
  writeInitrd(initrd, kernel, { modules, programs, helpers, load: load ?? true, trigger, captureCommands });
  const qmp = chosen[0].qmp && { arguments: chosen[0].qmp, file: join(made, chosen[0].file) };
  say(`${kernel.kernel} ${name}: ${scenario.what}`);
  const { cpu, memory, append, monitor } = scenario;
  const console = await bootUntilDumped((work) => bootGuest(kernel, { initrd, cpu, memory, append, monitor, qmp }, work), stage);
  writeFileSync(join(made, 'console.log'), console);
  takeFiles(chosen, captureCommands, made, stage);
  writeDmesg(made, console);
  makeReadable(made);
  writeTruth(kernel, name, scenario, wantedFormats, made);
}

function buildModules(kernel, scenario, made, stage) {
  const target = join(made, 'modules');
  return moduleNames(scenario).map((module) => {
    buildModule(kernel, module, join(stage, 'build'), target);
    copySources(module, join(made, 'source'));
    return { name: module, file: join(target, `${module}.ko`) };
  });
}

function takeFiles(chosen, captureCommands, made, stage) {
  const boot = join(stage, 'boot');
  if (captureCommands.length > 0) {
    const taken = extract(boot, chosen.map((format) => format.file), made);
    const missing = chosen.find((format) => !taken.includes(format.file));
    if (missing) {
      throw new LabError(`the guest's disk has no ${missing.file}: ${missing.guest} failed; see its console`);
    }
  }
  const guest = join(made, 'guest');
  extract(boot, GUEST_FILES.map((file) => `guest/${file}`), guest);
  const kallsyms = join(guest, 'kallsyms');
  writeFileSync(`${kallsyms}.gz`, gzipSync(readFileSync(kallsyms)));
  rmSync(kallsyms);
}

/** The kernel's log as makedumpfile finds it in the dump; from a dump of QEMU's, which it refuses, as the guest told it. */
function writeDmesg(made, console) {
  const target = join(made, 'dmesg.txt');
  const recorded = join(made, 'guest', 'dmesg');
  try {
    run('makedumpfile', ['--dump-dmesg', join(made, 'vmcore'), target]);
  } catch {
    const crash = console.split('\n').filter((line) => /^\[ *\d+\.\d+\]/.test(line));
    writeFileSync(target, `${readFileSync(recorded, 'utf8')}${crash.join('\n')}\n`);
  }
}

/** Some of these were written for the owner alone. */
function makeReadable(folder) {
  readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile()).forEach((entry) => chmodSync(join(folder, entry.name), 0o644));
}
