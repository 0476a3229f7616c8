// The dumps the end-to-end tests open: the sample of the repository, and the lab's NULL dereference when it has been made.
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from '../../../scripts/lib/run.mjs';

/**
 * @typedef {object} Case
 * @property {string} name
 * @property {string} directory  holds vmcore, truth.json and dmesg.txt
 * @property {string} vmlinux
 * @property {string[]} debugDirectories
 * @property {string} sources  directory whose content lies below `prefix` in debug information
 * @property {string} prefix
 * @property {string} truthPrefix  the same directory as truth.json spells it
 */

/** @returns {{cases: Case[], notes: string[]}} */
export function findCases() {
  const sample = path.join(root, 'samples', 'widget-null-deref');
  const lab = process.env.VAQUEST_LAB || path.join(os.homedir(), '.cache', 'vaquest', 'lab');
  const dump = path.join(lab, 'dumps', '6.1-cloud', 'null-deref');
  const kernel = path.join(lab, 'kernels', '6.1-cloud');
  const candidates = [
    {
      name: 'sample',
      directory: sample,
      vmlinux: path.join(sample, 'vmlinux.debug'),
      debugDirectories: [sample],
      sources: path.join(root, 'samples', 'widget'),
      prefix: '/usr/src/vaquest/samples/widget',
      truthPrefix: 'samples/widget',
    },
    {
      name: 'lab null-deref',
      directory: dump,
      vmlinux: path.join(kernel, 'vmlinux'),
      debugDirectories: [path.join(dump, 'modules'), path.join(kernel, 'debug')],
      sources: path.join(dump, 'source'),
      prefix: '/usr/src/vaquest-lab',
      truthPrefix: '/usr/src/vaquest-lab',
    },
  ];
  const isThere = (item) => ['vmcore', 'truth.json'].every((name) => existsSync(path.join(item.directory, name))) && existsSync(item.vmlinux);
  return {
    cases: candidates.filter(isThere),
    notes: candidates
      .filter((item) => !isThere(item))
      .map((item) => `SKIPPED: ${item.name}: no vmcore with truth.json in ${item.directory}, or no ${item.vmlinux}`),
  };
}

/**
 * Lays out the folder a user would have: the dump, its text log, sources, settings, and a file that is no dump.
 * Paths have a space, as users' paths do.
 * @param {Case} item
 */
export function makeWorkspace(item, output) {
  const folder = path.join(output, 'workspaces', `${item.name} folder`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(path.join(folder, '.vscode'), { recursive: true });
  mkdirSync(path.join(folder, 'text'));
  copyFileSync(path.join(item.directory, 'vmcore'), path.join(folder, 'vmcore'));
  cpSync(item.sources, path.join(folder, 'source'), { recursive: true });
  writeFileSync(path.join(folder, 'text', 'vmcore'), 'This is a shopping list, not a dump.\n');
  const log = findLog(item.directory);
  if (log !== undefined) {
    copyFileSync(log, path.join(folder, 'vmcore-dmesg.txt'));
  }
  const settings = {
    'vaquest.vmlinux': item.vmlinux,
    'vaquest.debugDirectories': item.debugDirectories,
    'vaquest.sourceMap': { [item.prefix]: 'source' },
  };
  writeFileSync(path.join(folder, '.vscode', 'settings.json'), JSON.stringify(settings, null, 2));
  const truth = JSON.parse(readFileSync(path.join(item.directory, 'truth.json'), 'utf8'));
  const expected = {
    folder,
    isSample: item.name === 'sample',
    hasLog: log !== undefined,
    panicMessage: truth.panicMessage,
    function: truth.function,
    file: path.join(folder, 'source', path.posix.relative(item.truthPrefix, truth.file)),
    line: truth.line,
    frames: truth.frames,
    truthPrefix: item.truthPrefix,
  };
  writeFileSync(path.join(folder, 'text', 'expected.json'), JSON.stringify(expected, null, 2));
  return expected;
}

/**
 * The folder of somebody who opens a dump for the first time: debug information is named in the folder's settings, the source lies elsewhere,
 * and a second copy of the dump is in a folder that the tests' server reads slowly.
 * @param {Case} item
 */
export function makeFirstWorkspace(item, output) {
  const folder = path.join(output, 'workspaces', 'first time');
  const source = path.join(output, 'workspaces', 'first time source');
  for (const directory of [folder, source]) {
    rmSync(directory, { recursive: true, force: true });
  }
  mkdirSync(path.join(folder, '.vscode'), { recursive: true });
  mkdirSync(path.join(folder, 'slow'));
  copyFileSync(path.join(item.directory, 'vmcore'), path.join(folder, 'vmcore'));
  copyFileSync(path.join(item.directory, 'vmcore'), path.join(folder, 'slow', 'slow.vmcore'));
  cpSync(item.sources, source, { recursive: true });
  const settings = path.join(folder, '.vscode', 'settings.json');
  writeFileSync(settings, JSON.stringify({ 'vaquest.vmlinux': item.vmlinux, 'vaquest.debugDirectories': item.debugDirectories }, null, 2));
  const truth = JSON.parse(readFileSync(path.join(item.directory, 'truth.json'), 'utf8'));
  return { folder, source, settings, prefix: item.prefix, panicMessage: truth.panicMessage, function: truth.function, file: path.basename(truth.file), line: truth.line };
}

function findLog(directory) {
  const name = readdirSync(directory).find((entry) => entry === 'dmesg.txt' || entry === 'vmcore-dmesg.txt');
  return name === undefined ? undefined : path.join(directory, name);
}
