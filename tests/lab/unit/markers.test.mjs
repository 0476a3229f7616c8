// The marked lines of the modules' sources.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const { expandFrame, readMarkers } = await import('../src/markers.mjs');
const { scenarios } = JSON.parse(readFileSync(new URL('../scenarios.json', import.meta.url), 'utf8'));

test('finds the line of each function and what is inlined there', () => {
  const chain = expandFrame(readMarkers('lab_bug', 'bug-inline'), 'ledger_post');
  assert.deepEqual(chain.map((frame) => [frame.function, frame.file, frame.inlined === true]), [
    ['ledger_check', '/usr/src/vaquest-lab/lab_bug/ledger.h', true], ['ledger_post', '/usr/src/vaquest-lab/lab_bug/ledger.c', false]]);
});

test('takes the lines of one scenario where a module has several', () => {
  const line = (scenario) => readMarkers('lab_tail', scenario).get('lab_tail_write').line;
  assert.notEqual(line('tail-unique'), line('tail-ambiguous'));
});

test('no scenario has a function marked twice', () => {
  // Where the watchdog panics because others wait, no function of the module is in the trace.
  for (const [name, { module, group }] of Object.entries(scenarios).filter(([, entry]) => entry.module)) {
    assert.ok(readMarkers(module, name).size > 0 || group === 'waits', name);
  }
});
