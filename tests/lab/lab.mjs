#!/usr/bin/env node
// Makes real kernel crash dumps by name of scenario and kernel, caches them, and records what is true of each. See README.md.
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { dumpFolder, kernelFolder, root, withLock } from './src/cache.mjs';
import { makeDump } from './src/dump.mjs';
import { chooseFormats } from './src/formats.mjs';
import { prepareKernel } from './src/kernel.mjs';
import { comparePeers } from './src/peers.mjs';
import { checkPrerequisites } from './src/prerequisites.mjs';
import { LabError, inParallel, say } from './src/run.mjs';

const USAGE = `usage: node tests/lab/lab.mjs <command> [options]
  list                                     the kernels and scenarios, and which are in the cache
  make [--kernel K] [--scenario all|S,...] [--format F,...] [--jobs N] [--minutes M] [--offline]
                                           puts dumps into the cache, N guests at a time (1 to 8, default 1);
                                           --minutes begins no dump after M minutes and tells which are left;
                                           --offline keeps the kernel that is there
  path [--kernel K] [--scenario S]         the folder of a dump, or of a kernel; exit code 1 when it is not in the cache
  check [--kernel K] [--scenario all|S,...]  holds the recorded truth against drgn and crash
  prerequisites [--install]                checks the machine for what the lab needs; exit code 3 when something is missing`;

const DEFAULT_KERNEL = '6.1-cloud';
const { kernels, scenarios } = JSON.parse(readFileSync(new URL('scenarios.json', import.meta.url), 'utf8'));

const commands = { list, make, path, check, prerequisites: async (options) => checkPrerequisites(options.install) };

async function list() {
  for (const [kernel, { package: name, suite }] of Object.entries(kernels)) {
    const present = existsSync(kernelFolder(kernel)) ? 'in the cache' : 'not in the cache';
    process.stdout.write(`${kernel}  ${name} of ${suite}, ${present}\n`);
    const included = scenariosOf(kernel);
    for (const scenario of Object.keys(scenarios).filter((name) => isPossible(kernel, name))) {
      const mark = existsSync(dumpFolder(kernel, scenario)) ? '*' : ' ';
      const request = included.includes(scenario) ? ' ' : '-';
      process.stdout.write(`  ${mark}${request} ${scenario.padEnd(20)} ${scenarios[scenario].what}\n`);
    }
  }
  process.stdout.write(`* in the cache at ${root}; - not part of all, made when it is named\n`);
}

async function make(options) {
  const kernelName = chooseKernel(options);
  const names = chooseScenarios(kernelName, options);
  const asked = options.format?.split(',');
  const atATime = chooseJobs(options);
  const jobs = names.map((name) => [name, scenarios[name], chooseFormats(scenarios[name], asked)]);
  const minutes = chooseMinutes(options);
  checkPrerequisites(false);
  await withLock(async () => {
    const kernel = await prepareKernel(kernelName, kernels[kernelName], { offline: options.offline });
    const end = performance.now() + minutes * 60_000;
    const failed = [];
    const left = [];
    await inParallel(jobs, atATime, async (job) => {
      // What is in the cache costs nothing: it is looked at whatever the time.
      if (performance.now() > end && !existsSync(dumpFolder(kernelName, job[0]))) {
        left.push(job[0]);
        return;
      }
      await makeDump(kernel, ...job).catch((error) => failed.push(describeFailure(job[0], error)));
    });
    if (left.length > 0) {
      say(`${left.length} of ${jobs.length} dumps of ${kernelName} were left for later after ${minutes} minutes: ${left.join(', ')}`);
    }
    if (failed.length > 0) {
      throw new LabError(`${failed.length} of ${jobs.length} dumps could not be made: ${failed.join(', ')}`);
    }
  });
}

/** Tells of a scenario that failed, so that the others can still be made, and returns its name. */
function describeFailure(name, error) {
  if (!(error instanceof LabError)) {
    throw error;
  }
  say(`${name}: ${error.message}`);
  return name;
}

async function path(options) {
  const kernel = chooseKernel(options);
  const names = options.scenario ? chooseScenarios(kernel, options) : [];
  const folders = names.length > 0 ? names.map((name) => dumpFolder(kernel, name)) : [kernelFolder(kernel)];
  const missing = folders.find((folder) => !existsSync(folder));
  if (missing) {
    throw new LabError(`${missing} is not there yet: run node tests/lab/lab.mjs make --kernel ${kernel}`);
  }
  process.stdout.write(`${folders.join('\n')}\n`);
}

async function check(options) {
  const kernel = chooseKernel(options);
  for (const name of chooseScenarios(kernel, options)) {
    process.stdout.write(`${comparePeers(kernel, name)}\n`);
  }
}

function chooseKernel({ kernel = DEFAULT_KERNEL }) {
  if (!Object.hasOwn(kernels, kernel)) {
    throw new LabError(`no kernel is called ${kernel}; there are ${Object.keys(kernels).join(', ')}`, 2);
  }
  return kernel;
}

function chooseJobs({ jobs = '1' }) {
  if (!/^[1-8]$/.test(jobs)) {
    throw new LabError(`--jobs takes a number from 1 to 8, not ${jobs}`, 2);
  }
  return Number(jobs);
}

function chooseMinutes({ minutes }) {
  if (minutes !== undefined && !/^[1-9][0-9]{0,3}$/.test(minutes)) {
    throw new LabError(`--minutes takes a number from 1 to 9999, not ${minutes}`, 2);
  }
  return minutes === undefined ? Infinity : Number(minutes);
}

/** What `all` means for a kernel: what it lists, or all that are possible on it and not only made on request. */
function scenariosOf(kernel) {
  const listed = kernels[kernel].scenarios;
  return Object.keys(scenarios).filter((name) => isPossible(kernel, name) && (listed === 'all' ? !scenarios[name].onRequest : listed.includes(name)));
}

const isPossible = (kernel, name) => scenarios[name].only?.includes(kernel) ?? true;

function chooseScenarios(kernel, { scenario = 'all' }) {
  const names = scenario === 'all' ? scenariosOf(kernel) : scenario.split(',');
  const unknown = names.find((name) => !Object.hasOwn(scenarios, name) || !isPossible(kernel, name));
  if (unknown !== undefined) {
    const possible = Object.keys(scenarios).filter((name) => isPossible(kernel, name));
    throw new LabError(`${kernel} has no scenario ${unknown}; it has ${possible.join(', ')}`, 2);
  }
  return names;
}

function readArguments() {
  const strings = Object.fromEntries(['kernel', 'scenario', 'format', 'jobs', 'minutes'].map((name) => [name, { type: 'string' }]));
  const flags = Object.fromEntries(['install', 'offline', 'help'].map((name) => [name, { type: 'boolean' }]));
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options: { ...strings, ...flags } });
    if (positionals.length !== 1 || !Object.hasOwn(commands, positionals[0])) {
      throw new LabError(USAGE, 2);
    }
    return { command: commands[positionals[0]], options: values };
  } catch (error) {
    throw error instanceof LabError ? error : new LabError(`${error.message}\n${USAGE}`, 2);
  }
}

// A reader that has seen enough, such as head, is no failure.
process.stdout.on('error', (error) => process.exit(error.code === 'EPIPE' ? 0 : 1));
try {
  const { command, options } = readArguments();
  await command(options);
} catch (error) {
  if (!(error instanceof LabError)) {
    throw error;
  }
  say(error.message);
  process.exitCode = error.exitCode;
}
