// demo-case: which dump the demo opens, and with which settings.
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './run.mjs';
import { isReadable } from './system-packages.mjs';

/**
 * @typedef {object} DemoCase
 * @property {string} dump
 * @property {string | undefined} vmlinux
 * @property {string[]} debug
 * @property {string[]} sources
 * @property {Record<string, string>} sourceMap
 * @property {string[]} folders  shown in the Explorer
 * @property {boolean} isSample
 */

/**
 * The dump named on the command line, else the sample of the repository. Throws a sentence when it cannot be read.
 * @returns {DemoCase}
 */
export function chooseCase({ dump, vmlinux, debug, source }) {
  if (dump === undefined) {
    return sampleCase(source);
  }
  const file = path.resolve(dump);
  requireFile(file, 'give the path of a vmcore');
  if (vmlinux !== undefined) {
    requireFile(path.resolve(vmlinux), 'give the path of a vmlinux with debug information');
  }
  return {
    dump: file,
    vmlinux: vmlinux === undefined ? undefined : path.resolve(vmlinux),
    debug: debug.map((item) => path.resolve(item)),
    sources: source.map((item) => path.resolve(item)),
    sourceMap: {},
    folders: [path.dirname(file), ...source.map((item) => path.resolve(item))],
    isSample: false,
  };
}

function sampleCase(source) {
  const directory = path.join(root, 'samples', 'widget-null-deref');
  const dump = path.join(directory, 'vmcore');
  requireFile(dump, 'get the repository again, its sample is missing');
  return {
    dump,
    vmlinux: path.join(directory, 'vmlinux.debug'),
    debug: [directory],
    sources: [root, ...source.map((item) => path.resolve(item))],
    sourceMap: { '/usr/src/vaquest': root },
    folders: [directory, path.join(root, 'samples', 'widget')],
    isSample: true,
  };
}

function requireFile(file, advice) {
  if (!existsSync(file)) {
    throw new Error(`there is no file ${file}; ${advice}`);
  }
  if (!statSync(file).isFile()) {
    throw new Error(`${file} is not a file; ${advice}`);
  }
  if (!isReadable(file)) {
    throw new Error(`${file} cannot be read by this user; change its permissions or run this as its owner`);
  }
}

/** Arguments of `vaquest report` for the case. */
export function reportArguments(item) {
  return [
    'report',
    ...(item.vmlinux === undefined ? [] : ['--vmlinux', item.vmlinux]),
    ...item.debug.flatMap((directory) => ['--debug', directory]),
    ...item.sources.flatMap((directory) => ['--source', directory]),
    item.dump,
  ];
}

/** Writes a workspace file with the dump's folder and the settings; answers its path. */
export function writeWorkspace(item, directory) {
  mkdirSync(directory, { recursive: true });
  const file = path.join(directory, 'demo.code-workspace');
  const settings = {
    ...(item.vmlinux === undefined ? {} : { 'vaquest.vmlinux': item.vmlinux }),
    'vaquest.debugDirectories': item.debug,
    'vaquest.sourceRoots': item.sources,
    'vaquest.sourceMap': item.sourceMap,
  };
  writeFileSync(file, JSON.stringify({ folders: item.folders.map((folder) => ({ path: folder })), settings }, null, 2));
  return file;
}
