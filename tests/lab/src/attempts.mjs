// Boots a guest again when only chance failed it, and keeps the console of one that failed for good.
import { copyFileSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './cache.mjs';
import { LabError } from './run.mjs';

// KASLR leaves no room for the crash kernel in about one boot of ten.
const ATTEMPTS = 6;

/**
 * Calls `boot` with a new folder until its answer has no `retry`, at most six times. Returns the console's text; the folder of the boot that
 * worked is then `stage`/boot.
 */
export async function bootUntilDumped(boot, stage) {
  for (let attempt = 1; ; attempt++) {
    const work = join(stage, `boot-${attempt}`);
    mkdirSync(work);
    const { console, retry } = await boot(work).catch((error) => keepConsole(work, error));
    if (retry === undefined) {
      renameSync(work, join(stage, 'boot'));
      return console;
    }
    if (attempt === ATTEMPTS) {
      throw new LabError(`no dump after ${ATTEMPTS} boots: ${retry}`);
    }
  }
}

/** What a failed guest printed outlives the run, so that its cause can be found. */
function keepConsole(work, error) {
  const console = join(work, 'console.log');
  if (existsSync(console)) {
    mkdirSync(root, { recursive: true });
    copyFileSync(console, join(root, 'failed-console.log'));
    error.message += `\n(the whole console is in ${join(root, 'failed-console.log')})`;
  }
  throw error;
}
