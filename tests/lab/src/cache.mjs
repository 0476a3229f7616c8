// The cache of kernels and dumps: where it is, who may write to it, and how a finished folder gets into it.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { LabError, say, sleep } from './run.mjs';

export const root = process.env.VAQUEST_LAB || join(homedir(), '.cache', 'vaquest', 'lab');
export const kernelFolder = (kernel) => join(root, 'kernels', kernel);
export const dumpFolder = (kernel, scenario) => join(root, 'dumps', kernel, scenario);
export const downloadFolder = (kernel) => join(root, 'downloads', kernel);

// Longer than making every scenario of one kernel takes, in milliseconds.
const LOCK_PATIENCE = 60 * 60_000;

/** A hash over strings and over files and folders (their names and bytes), short enough to read. */
export function hashOf(strings, paths = []) {
  const hash = createHash('sha256');
  strings.forEach((text) => hash.update(`${text}\0`));
  const add = (path) => {
    hash.update(`${basename(path)}\0`);
    if (statSync(path).isDirectory()) {
      readdirSync(path).sort().forEach((name) => add(join(path, name)));
    } else {
      hash.update(readFileSync(path));
    }
  };
  paths.forEach(add);
  return hash.digest('hex').slice(0, 16);
}

/** True when the folder was published under this key and is therefore complete. */
export function isCurrent(folder, key) {
  const file = join(folder, '.key');
  return existsSync(file) && readFileSync(file, 'utf8').trim() === key;
}

/** Builds a folder beside the cache's own and renames it into place, so that readers see all of it or none. */
export async function publish(folder, key, build) {
  const staging = join(root, 'staging');
  mkdirSync(staging, { recursive: true });
  const stage = mkdtempSync(join(staging, 'work-'));
  try {
    const made = join(stage, 'made');
    mkdirSync(made);
    const answer = await build(made, stage);
    writeFileSync(join(made, '.key'), `${key}\n`);
    mkdirSync(dirname(folder), { recursive: true });
    if (existsSync(folder)) {
      renameSync(folder, join(stage, 'old'));
    }
    renameSync(made, folder);
    return answer;
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/** Holds the cache for one run at a time; a lock whose process is gone is taken over. */
export async function withLock(work, patience = LOCK_PATIENCE) {
  mkdirSync(root, { recursive: true });
  const lock = join(root, 'lock');
  await takeLock(lock, patience);
  const release = () => rmSync(lock, { recursive: true, force: true });
  const onSignal = () => {
    release();
    process.exit(130);
  };
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  try {
    return await work();
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    release();
  }
}

async function takeLock(lock, patience) {
  const limit = Date.now() + patience;
  for (let told = false; ; ) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') {
        throw error;
      }
    }
    const owner = readOwner(lock);
    if (owner !== undefined && !isAlive(owner)) {
      rmSync(lock, { force: true });
      continue;
    }
    if (Date.now() > limit) {
      throw new LabError(`process ${owner} has held ${lock} for ${Math.round(patience / 60_000)} minutes: end it, or remove the file`);
    }
    if (!told) {
      say(`waiting for process ${owner ?? '?'}, which is filling ${root}`);
      told = true;
    }
    await sleep(500);
  }
}

function readOwner(lock) {
  try {
    const owner = Number(readFileSync(lock, 'utf8'));
    return Number.isInteger(owner) && owner > 0 ? owner : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
