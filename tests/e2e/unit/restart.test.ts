// Tests of the restart budget, the memory of crashes and the search for the executable.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { CrashMemory } from '../../../client/src/infrastructure/crash-memory';
import { RecentDumps } from '../../../client/src/features/dump-tree/recent-dumps';
import { RestartBudget } from '../../../client/src/infrastructure/restart-budget';
import { findServerExecutable } from '../../../client/src/infrastructure/server-executable';

describe('RestartBudget', () => {
  it('grants restarts up to its limit, again after its window, and again after a reset', () => {
    let time = 0;
    const budget = new RestartBudget(2, 100, () => time);
    assert.deepEqual([budget.spend(), budget.spend(), budget.spend()], [true, true, false]);
    time = 250;
    assert.equal(budget.spend(), true);
    budget.spend();
    assert.equal(budget.spend(), false);
    budget.reset();
    assert.equal(budget.spend(), true);
  });
});

describe('CrashMemory', () => {
  it('remembers each dump once, in bounds, and forgets on request', async () => {
    const values = new Map<string, unknown>();
    const memory = new CrashMemory({
      get: (key) => values.get(key),
      update: (key, value) => {
        values.set(key, value);
        return Promise.resolve();
      },
    });
    for (let i = 0; i < 60; i++) {
      await memory.add(`file:///d${i}`);
      await memory.add(`file:///d${i}`);
    }
    assert.equal(memory.has('file:///d9'), false);
    assert.equal(memory.has('file:///d10'), true);
    await memory.delete('file:///d59');
    assert.equal(memory.has('file:///d59'), false);
    assert.equal(memory.has('file:///d58'), true);
  });

  it('tolerates a damaged store', () => {
    assert.equal(new CrashMemory({ get: () => ({ a: 1 }), update: () => Promise.resolve() }).has('x'), false);
  });
});

describe('ServerExecutable', () => {
  it('restores a lost executable bit', async () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'vaquest-'));
    try {
      const file = path.join(directory, 'dist/server/vaquest');
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, '#!/bin/sh\n');
      chmodSync(file, 0o644);
      assert.equal(await findServerExecutable(directory, ''), file);
      assert.equal(statSync(file).mode & 0o111, 0o111);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('names the place and the remedy when there is none', async () => {
    await assert.rejects(findServerExecutable('/nowhere', ''), /from \/nowhere\/dist\/server\/vaquest; install/);
    await assert.rejects(findServerExecutable('/x', '/nowhere/v'), /from \/nowhere\/v; correct the setting vaquest\.server\.path/);
    await assert.rejects(findServerExecutable('/x', '/tmp'), /from \/tmp; correct/);
  });
});

describe('RecentDumps', () => {
  it('keeps the last ten, each once, the newest first, and forgets on request', async () => {
    const values = new Map<string, unknown>([['vaquest.recentDumps', 'not a list']]);
    const recent = new RecentDumps({
      get: (key) => values.get(key),
      update: (key, value) => {
        values.set(key, value);
        return Promise.resolve();
      },
    });
    assert.deepEqual(recent.all, []);
    for (const name of Array.from('abcdefghijklc')) {
      await recent.add(name);
    }
    assert.deepEqual(recent.all, Array.from('clkjihgfed'));
    await recent.remove('k');
    assert.deepEqual(recent.all, Array.from('cljihgfed'));
  });
});
