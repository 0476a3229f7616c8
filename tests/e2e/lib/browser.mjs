// Chromium without a screen, driven by playwright-core.
import { spawnSync } from 'node:child_process';
import { chromium } from 'playwright-core';
import { ensureSystemPackages } from '../../../scripts/lib/system-packages.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

function findBrowser() {
  return names.find((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0);
}

/** Starts the browser; installs Debian's chromium when there is none and that is allowed. */
export async function startBrowser({ mayInstall }) {
  const need = { package: 'chromium', isPresent: () => findBrowser() !== undefined };
  await ensureSystemPackages([need], { purpose: 'the browser tests', mayInstall });
  const which = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', findBrowser()], { encoding: 'utf8' });
  return chromium.launch({
    executablePath: which.stdout.trim(),
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync',
    ],
  });
}

export const viewport = { width: 1440, height: 900 };
