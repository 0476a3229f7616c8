// The lock of the cache: held by one run at a time, taken over from a process that is gone, given back whatever happens.
import { cache } from './own-cache.mjs';
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const { withLock } = await import('../src/cache.mjs');
const lock = join(cache, 'lock');

test('holds the lock while it works and gives it back', async () => {
  const answer = await withLock(async () => {
    assert.equal(readFileSync(lock, 'utf8'), String(process.pid));
    return 7;
  });
  assert.equal(answer, 7);
  assert.equal(existsSync(lock), false);
});

test('gives the lock back when the work fails', async () => {
  await assert.rejects(withLock(async () => Promise.reject(new Error('no disk'))), /no disk/);
  assert.equal(existsSync(lock), false);
});

test('takes over the lock of a process that is gone', async () => {
  const gone = spawnSync(process.execPath, ['-e', 'console.log(process.pid)'], { encoding: 'utf8' }).stdout.trim();
  writeFileSync(lock, gone);
  assert.equal(await withLock(async () => readFileSync(lock, 'utf8')), String(process.pid));
  assert.equal(existsSync(lock), false);
});

test('waits for a process that lives, and takes the lock when that ends', async () => {
  const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 700)']);
  writeFileSync(lock, String(other.pid));
  let ended = false;
  other.once('exit', () => (ended = true));
  await withLock(async () => assert.equal(ended, true));
});

test('says who holds the lock when it has waited long enough, and leaves the lock alone', async () => {
  const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 20000)']);
  writeFileSync(lock, String(other.pid));
  try {
    await assert.rejects(withLock(async () => assert.fail('it worked without the lock'), 100), new RegExp(`process ${other.pid} has held`));
    assert.equal(readFileSync(lock, 'utf8'), String(other.pid));
  } finally {
    other.kill();
    await new Promise((resolve) => other.once('exit', resolve));
  }
  await withLock(async () => {});
});

test('lets one of two runs work at a time', async () => {
  const events = [];
  const work = (name) => async () => {
    events.push(`${name} in`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    events.push(`${name} out`);
  };
  await Promise.all([withLock(work('first')), withLock(work('second'))]);
  assert.deepEqual(events, ['first in', 'first out', 'second in', 'second out']);
});
