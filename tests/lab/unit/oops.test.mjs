// What is read out of a kernel's log: the right report, who crashed, and the lines of the trace that the kernel vouches for.
import assert from 'node:assert/strict';
import { test } from 'node:test';

const { parseOops } = await import('../src/oops.mjs');
const log = (...lines) => lines.map((line, index) => `[   ${index}.000000] ${line}`).join('\n');
const WHO = 'CPU: 1 PID: 192 Comm: sh Kdump: loaded Tainted: G           OE      6.1.0-56-cloud-amd64 #1  Debian 6.1.192-2';

test('reads a page fault: place, registers, trace without what is in doubt', () => {
  const oops = parseOops(log(
    'BUG: kernel NULL pointer dereference, address: 0000000000000018', WHO, 'RIP: 0010:slot_store+0x8/0x20 [lab_null]',
    'RSP: 0018:ff7319820054bb10 EFLAGS: 00000202', 'RAX: 000000000000006b RBX: ffffffffc02fe3c0 RCX: 0000000000000000',
    'Call Trace:', ' <TASK>', ' ring_submit+0x22/0x2f [lab_null]', ' ? syscall_exit_to_user_mode+0x1e/0x40', ' ksys_write+0x6b/0xf0',
    'RIP: 0033:0x47b7a0', ' </TASK>', ' never+0x1/0x2'));
  assert.deepEqual([oops.cpu, oops.pid, oops.comm, oops.taints, oops.faultAddress], [1, 192, 'sh', ['O', 'E'], '0x18']);
  assert.deepEqual(oops.location, { symbol: 'slot_store', offset: 8, size: '20', module: 'lab_null' });
  assert.deepEqual([oops.registers.rsp, oops.registers.rax], ['0xff7319820054bb10', '0x000000000000006b']);
  assert.deepEqual(oops.trace.filter((frame) => !frame.unreliable).map((frame) => frame.symbol), ['ring_submit', 'ksys_write']);
});

test('keeps frames that have an address and no symbol', () => {
  const oops = parseOops(log('Kernel panic - not syncing: lab', WHO, 'Call Trace:', ' panic+0x1/0x2', ' 0xffffffffc0427083', ' ? 0xffffffffc0427999'));
  assert.deepEqual(oops.trace.map((frame) => [frame.symbol ?? frame.pc, frame.unreliable]), [
    ['panic', false], ['0xffffffffc0427083', false], ['0xffffffffc0427999', true]]);
});

test('marks the interrupted instruction within a trace and does not repeat it', () => {
  const oops = parseOops(log('Kernel panic - not syncing: lab', WHO, 'Call Trace:', ' <IRQ>', ' asm_sysvec_x+0x16/0x20', ' </IRQ>', ' <TASK>',
    'RIP: 0010:collatz+0x20/0x40 [lab_timer]', ' collatz+0x20/0x40 [lab_timer]', ' kthread+0xda/0x100'));
  assert.deepEqual(oops.trace.map((frame) => [frame.symbol, frame.interrupted === true]), [
    ['asm_sysvec_x', false], ['collatz', true], ['kthread', false]]);
});

test('takes the report that is asked for when an earlier one led to it', () => {
  const text = log('watchdog: BUG: soft lockup - CPU#1 stuck for 7s! [lab-station:195]', WHO, 'RIP: 0010:compute+0x1/0x2', 'Call Trace:', ' a+0x1/0x2',
    'Kernel panic - not syncing: softlockup: hung tasks', WHO, 'Call Trace:', ' b+0x1/0x2');
  assert.equal(parseOops(text).message.slice(0, 9), 'watchdog:');
  assert.deepEqual(parseOops(text, 'Kernel panic').trace.map((frame) => frame.symbol), ['b']);
});

test('knows the headlines of every kind of crash', () => {
  const headlines = ['BUG: unable to handle page fault for address: ffffdead00000005', 'BUG: TASK stack guard page was hit at 00000000c0ffee00',
    'kernel BUG at lib/list_debug.c:56!', 'general protection fault, probably for non-canonical address 0x1: 0000 [#1] PREEMPT SMP NOPTI',
    'Oops: general protection fault, probably for non-canonical address 0x1: 0000 [#1] PREEMPT SMP NOPTI', 'divide error: 0000 [#1] PREEMPT SMP NOPTI',
    'invalid opcode: 0000 [#1] PREEMPT SMP NOPTI', 'int3: 0000 [#1] PREEMPT SMP NOPTI', 'WARNING: CPU: 1 PID: 7 at lib/refcount.c:28 x+0x1/0x2'];
  assert.deepEqual(headlines.map((headline) => parseOops(log('nothing yet', headline, WHO))?.message), headlines);
});

test('finds no crash in a log without one', () => {
  assert.equal(parseOops(log('Linux version 6.1.0', 'Run /init as init process')), undefined);
});
