// A guest is booted again when KASLR left no room, and only then.
import { cache } from './own-cache.mjs';
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const { bootUntilDumped } = await import('../src/attempts.mjs');
const { LabError } = await import('../src/run.mjs');
const newStage = () => mkdtempSync(join(cache, 'stage-'));

/** A guest that gives these answers one after the other, and leaves a disk named after each boot. */
function fakeGuest(...answers) {
  const folders = [];
  const boot = async (work) => {
    folders.push(work);
    writeFileSync(join(work, 'disk.img'), `disk ${folders.length}`);
    const answer = answers[folders.length - 1];
    if (answer instanceof Error) {
      writeFileSync(join(work, 'console.log'), 'what the guest said');
      throw answer;
    }
    return answer;
  };
  return { boot, folders };
}

test('returns the console of a boot that worked at once', async () => {
  const stage = newStage();
  const { boot, folders } = fakeGuest({ console: 'panic' });
  assert.equal(await bootUntilDumped(boot, stage), 'panic');
  assert.equal(folders.length, 1);
  assert.deepEqual(readdirSync(stage), ['boot']);
});

test('boots again, with a new folder, while there is no room for the crash kernel', async () => {
  const stage = newStage();
  const { boot, folders } = fakeGuest({ console: '', retry: 'no memory' }, { console: '', retry: 'no memory' }, { console: 'third' });
  assert.equal(await bootUntilDumped(boot, stage), 'third');
  assert.equal(new Set(folders).size, 3);
  assert.equal(readFileSync(join(stage, 'boot', 'disk.img'), 'utf8'), 'disk 3');
});

test('gives up after six boots and says why', async () => {
  const { boot, folders } = fakeGuest(...Array.from({ length: 9 }, () => ({ console: '', retry: 'no memory was reserved' })));
  await assert.rejects(bootUntilDumped(boot, newStage()), (error) => error instanceof LabError && /6 boots: no memory was reserved/.test(error.message));
  assert.equal(folders.length, 6);
});

test('does not boot again after a failure, and keeps what the guest printed', async () => {
  const { boot, folders } = fakeGuest(new LabError('the guest failed: no disk'), { console: 'never' });
  await assert.rejects(bootUntilDumped(boot, newStage()), /no disk\n\(the whole console is in .*failed-console\.log\)/);
  assert.equal(folders.length, 1);
  assert.equal(existsSync(join(cache, 'failed-console.log')), true);
});
