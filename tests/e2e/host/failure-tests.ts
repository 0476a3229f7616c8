// What goes wrong: a file that is no dump, a missing file, a server that dies.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { folder } from './expected';
import { api, closeTabs, dump, panicDiagnostics, reportEditor } from './probes';
import type { Test } from './index';
import { until } from './waiting';

/** Processes started by this extension host that run the server. */
function serverProcesses(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const parent = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1];
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
        return parent === String(process.pid) && command.includes('lsp');
      } catch {
        return false;
      }
    })
    .map(Number);
}

export const failureTests: readonly Test[] = [
  [
    'a file that is no dump is refused with one sentence, and the server lives on',
    async () => {
      const file = path.join(folder, 'text', 'vmcore');
      await assert.rejects((await api()).openDump(vscode.Uri.file(file)), (error: Error) => {
        assert.ok(error.message.includes(file), error.message);
        assert.ok(!error.message.trim().includes('\n'), error.message);
        return true;
      });
      assert.equal(serverProcesses().length, 1);
    },
  ],
  [
    'a missing file and a directory are refused by name',
    async () => {
      for (const name of ['nowhere', 'text']) {
        const file = path.join(folder, name);
        await assert.rejects((await api()).openDump(vscode.Uri.file(file)), (error: Error) => error.message.includes(file));
      }
    },
  ],
  [
    'when the server dies, it comes back without the dump, which opens again when asked for',
    async () => {
      await closeTabs();
      await vscode.commands.executeCommand('vscode.open', dump);
      await reportEditor();
      const [before, ...others] = serverProcesses();
      assert.ok(before !== undefined && others.length === 0);
      process.kill(before, 'SIGKILL');
      await until('another server', () => serverProcesses().some((pid) => pid !== before));
      await until('the error to go', () => panicDiagnostics().length === 0);
      const address = await (await api()).openDump(dump);
      assert.match(address, /^vaquest:/);
      await until('the diagnostic', () => panicDiagnostics().length === 1);
      await (await api()).closeDump(dump);
      await closeTabs();
    },
  ],
];
