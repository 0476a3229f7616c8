// system-packages: installs what a task needs from Debian or Ubuntu when that is allowed, else says what is missing.
import { accessSync, constants } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { has, run } from './run.mjs';

/** @typedef {{package: string, isPresent: () => boolean}} Need */

/** A need for a program on PATH. */
export const program = (name, packageName = name, args = ['--version']) => ({
  package: packageName,
  isPresent: () => has(name, args),
});

/** A need for a library that pkg-config knows. */
export const library = (name, packageName) => ({
  package: packageName,
  isPresent: () => has('pkg-config', ['--exists', name]),
});

/**
 * Makes sure that all needs are met; throws a sentence that names the packages when they cannot be installed.
 * @param {Need[]} needs
 * @param {{purpose: string, mayInstall: boolean}} options
 */
export async function ensureSystemPackages(needs, { purpose, mayInstall }) {
  const missing = missingPackages(needs);
  if (missing.length === 0) {
    return;
  }
  const advice = `${purpose} needs the packages ${missing.join(' ')}`;
  const prefix = mayInstall ? rightToInstall() : undefined;
  if (prefix === undefined) {
    throw new Error(`${advice}; on Debian or Ubuntu: sudo apt-get install ${missing.join(' ')}`);
  }
  console.log(`installing ${missing.join(' ')}`);
  const apt = [...prefix, 'apt-get'];
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await run(apt[0], [...apt.slice(1), 'update', '-qq'], { quiet: true, env });
  const { code, output } = await run(apt[0], [...apt.slice(1), 'install', '-y', '-q', '--no-install-recommends', ...missing], {
    quiet: true,
    env,
  });
  const still = missingPackages(needs);
  if (code !== 0 || still.length > 0) {
    const reason = output.trim().split('\n').at(-1) ?? '';
    throw new Error(`${advice}, and apt-get did not install them: ${reason}`);
  }
}

function missingPackages(needs) {
  return [...new Set(needs.filter((need) => !need.isPresent()).map((need) => need.package))];
}

/** The words before apt-get, or undefined when installing is not possible without asking for a password. */
function rightToInstall() {
  if (!has('apt-get')) {
    return undefined;
  }
  if (process.getuid?.() === 0) {
    return [];
  }
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? ['sudo', '-n'] : undefined;
}

/** True when a file can be read by this user. */
export function isReadable(file) {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
