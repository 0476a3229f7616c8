// A dump is made anew when what it depends on changes, and not otherwise.
import './own-cache.mjs';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const { scenarioKey } = await import('../src/dump.mjs');
const kernel = { kernel: '6.1-cloud', version: '6.1.192-2', buildId: '3b43fad5034874490492495d552c0af6a5fab235' };
const { scenarios } = JSON.parse(readFileSync(new URL('../scenarios.json', import.meta.url), 'utf8'));
const scenario = { what: 'a crash', module: 'lab_null', trigger: 'echo 8 > /proc/lab', kind: 'bug', formats: ['kdump-lzo'] };
const key = (changes) => scenarioKey(kernel, { ...scenario, ...changes });

test('keeps a dump when only what is said of it changes', () => {
  for (const changes of [{ what: 'another text' }, { kind: 'panic' }, { group: 'stacks' }, { values: 'lab-values' }, { formats: ['elf'] }, { headline: 'x' }]) {
    assert.equal(key(changes), key({}), JSON.stringify(changes));
  }
});

test('makes a dump anew when its bytes would differ', () => {
  const changes = [{ trigger: 'echo 9 > /proc/lab' }, { module: 'lab_bug' }, { cpu: 'max' }, { memory: 512 }, { append: 'nokaslr' }, { load: false },
    { programs: ['sleepers'] }, { helpers: ['record-stacks'] }, { monitor: [{ after: 'x', execute: 'inject-nmi' }] }];
  const keys = changes.map(key);
  assert.equal(new Set([...keys, key({})]).size, changes.length + 1);
  assert.notEqual(scenarioKey({ ...kernel, version: '6.1.193-1' }, scenario), key({}));
});

test('every scenario has its module, programs, helpers and a known group', () => {
  for (const [name, entry] of Object.entries(scenarios)) {
    assert.match(scenarioKey(kernel, entry), /^[0-9a-f]{16}$/, name);
    assert.ok([undefined, 'stacks', 'trampolines', 'kinds', 'values', 'many', 'waits', 'whatis', 'browse'].includes(entry.group), name);
    assert.ok(entry.what && entry.kind && entry.trigger && entry.formats.length > 0, name);
  }
});
