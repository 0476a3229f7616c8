// What the language status says of debug information and source, as settings change under an open dump.
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { StatusText } from '../../../client/src/infrastructure/status';
import { expected, folder } from './expected';
import { api, closeTabs, configure, dump, reportEditor } from './probes';
import type { Test } from './index';
import { until } from './waiting';

async function status(id: 'debugInformation' | 'source', text: string): Promise<StatusText> {
  const offered = await api();
  return until(`the status "${text}"`, () => {
    const shown = offered.languageStatus()[id];
    return shown?.text === text ? shown : undefined;
  });
}

/** A kernel tree of another version that has the file of the crash. */
function makeOtherTree(): string {
  const tree = path.join(folder, 'text', 'linux-5.10.7');
  const file = path.join(tree, expected.truthPrefix, path.relative(path.join(folder, 'source'), expected.file));
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(path.join(tree, 'Makefile'), 'VERSION = 5\nPATCHLEVEL = 10\nSUBLEVEL = 7\n');
  copyFileSync(expected.file, file);
  return tree;
}

const before = new Map<string, unknown>();

// Another dump's debug information may be installed in the system's usual places; the sample's kernel was built for it alone.
export const statusTests: readonly Test[] = !expected.isSample
  ? []
  : [
      [
        'the language status says that debug information and source match',
        async () => {
          for (const key of ['vmlinux', 'debugDirectories', 'sourceRoots', 'sourceMap']) {
            before.set(key, vscode.workspace.getConfiguration('vaquest').inspect(key)?.workspaceValue);
          }
          await vscode.commands.executeCommand('vscode.open', dump);
          await reportEditor();
          const matched = await status('debugInformation', 'Debug information matched');
          assert.equal(matched.isWarning, false);
          assert.equal(matched.action, undefined);
          assert.match(matched.detail, /vmlinux/);
          const source = await status('source', 'Source found');
          assert.match(source.detail, /^Sources of \d+ of \d+ frames found/);
        },
      ],
      [
        'a tree of another version is used and named',
        async () => {
          await configure({ sourceRoots: [makeOtherTree()], sourceMap: {} });
          const source = await status('source', 'Source of another version');
          assert.equal(source.isWarning, true);
          assert.equal(source.action?.command, 'vaquest.selectSourceFolder');
          assert.match(source.detail, /is Linux 5\.10\.7, the crashed kernel is 6\.1\.192; lines may differ/);
          await configure({ sourceRoots: before.get('sourceRoots'), sourceMap: before.get('sourceMap') });
          await status('source', 'Source found');
        },
      ],
      [
        'without the debug file of a module debug information is partial',
        async () => {
          // Modules are looked for beside their vmlinux as well.
          const alone = path.join(folder, 'text', 'vmlinux');
          copyFileSync(String(before.get('vmlinux')), alone);
          await configure({ vmlinux: alone, debugDirectories: [] });
          const partial = await status('debugInformation', 'Debug information partial');
          assert.equal(partial.isWarning, true);
          assert.equal(partial.action?.command, 'vaquest.selectVmlinux');
          assert.match(partial.detail, /widget/);
        },
      ],
      [
        'without any debug file debug information is missing, and the report stays',
        async () => {
          await configure({ vmlinux: '' });
          const missing = await status('debugInformation', 'Debug information missing');
          assert.equal(missing.isWarning, true);
          assert.equal(missing.action?.command, 'vaquest.selectVmlinux');
          const { document } = await reportEditor();
          assert.ok(document.getText().includes(expected.panicMessage));
          await configure(Object.fromEntries(before));
          await status('debugInformation', 'Debug information matched');
          await (await api()).closeDump(dump);
          await closeTabs();
        },
      ],
    ];
