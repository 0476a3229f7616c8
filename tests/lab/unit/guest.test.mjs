// What the end of a guest means, from its console and its exit code.
import './own-cache.mjs';
import assert from 'node:assert/strict';
import { test } from 'node:test';

const { judge } = await import('../src/guest.mjs');
const lines = (...text) => `${text.join('\n')}\n`;

test('takes the dump of a guest that captured one after its trigger', () => {
  const console = lines('LAB: trigger', '[ 9.0] BUG: something', 'LAB: captured');
  assert.deepEqual(judge(console, 0, null, '', {}), { console });
});

test('boots again when the guest asks for it', () => {
  assert.equal(judge(lines('LAB: retry: no memory was reserved'), 0, null, '', {}).retry, 'no memory was reserved');
});

test('boots again when the kernel crashed while it booted, dump or not', () => {
  assert.match(judge(lines('[ 2.9] RIP: 0010:sched_clock_tick+0x5/0xd0'), 0, null, '', {}).retry, /before the scenario began/);
  assert.match(judge(lines('[ 2.9] RIP: 0010:x', 'LAB: captured'), 0, null, '', {}).retry, /before the scenario began/);
});

test('fails with what the guest said, or with its last lines', () => {
  assert.throws(() => judge(lines('LAB: failed: no disk'), 0, null, '', {}), /the guest failed: no disk/);
  assert.throws(() => judge(lines('LAB: trigger', 'last words'), 0, null, 'qemu said', {}), /took no dump: qemu said\n.*\n?last words|took no dump: qemu said/s);
  assert.throws(() => judge(lines('LAB: trigger', 'still here'), null, 'SIGKILL', '', {}), /did not end within \d+ seconds.*still here/s);
});
