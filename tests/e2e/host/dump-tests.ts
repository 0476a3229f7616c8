// Opening a dump, its report, the way to the source, and closing it.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { expected } from './expected';
import {
  api, assertLeadsTo, closeTabs, definitions, dump, faultingFile, frameLine, hoverText, links, panicDiagnostics, reportEditor,
} from './probes';
import type { Test } from './index';
import { until } from './waiting';

let report: vscode.TextDocument;

function positionOf(functionName: string): vscode.Position {
  const line = frameLine(report, functionName);
  return new vscode.Position(line, report.lineAt(line).text.indexOf(functionName) + 1);
}

// A frame's file in the dump is a path of the machine that built it.
function localPath(file: string): string | undefined {
  return file.startsWith(`${expected.truthPrefix}/`)
    ? vscode.Uri.joinPath(vscode.Uri.file(expected.folder), 'source', file.slice(expected.truthPrefix.length)).fsPath
    : undefined;
}

export const dumpTests: readonly Test[] = [
  [
    'a vmcore opens with the dump editor by its name, and the report shows by itself',
    async () => {
      await vscode.commands.executeCommand('vscode.open', dump);
      report = (await reportEditor()).document;
      assert.equal(report.uri.scheme, 'vaquest');
      const tab = vscode.window.tabGroups.all.flatMap((group) => group.tabs).find(({ input }) => input instanceof vscode.TabInputCustom);
      assert.ok(tab?.input instanceof vscode.TabInputCustom);
      assert.equal(tab.input.viewType, 'vaquest.crashDump');
    },
  ],
  [
    'the report holds the panic message and the function that crashed',
    () => {
      assert.ok(report.getText().includes(expected.panicMessage), report.getText().slice(0, 500));
      assert.ok(report.getText().includes(expected.function));
      return Promise.resolve();
    },
  ],
  [
    'the report has an outline',
    async () => {
      const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>('vscode.executeDocumentSymbolProvider', report.uri);
      assert.ok(symbols.length >= 2, `${symbols.length} symbols`);
      assert.ok(symbols.some((symbol) => /panic/i.test(symbol.name)), symbols.map((symbol) => symbol.name).join(', '));
    },
  ],
  [
    'the panic stack is the one the kernel printed',
    () => {
      const lines = report.getText().split('\n');
      const stack = lines.slice(lines.findIndex((line) => line.trimEnd().endsWith('(panic)')) + 1);
      const names = stack.slice(0, stack.indexOf('')).flatMap((line) => /^[> ] #\d+ +([\w.]+)/.exec(line)?.[1] ?? []);
      const known = expected.frames.map((frame) => frame.function);
      assert.deepEqual(names.filter((name) => known.includes(name)), known);
      return Promise.resolve();
    },
  ],
  [
    'vaquest/frames names file and line of every frame of the module',
    async () => {
      const { frames } = await (await api()).frames(report.uri.toString());
      const places = frames.map((frame) => `${frame.function} ${frame.file ?? ''}:${frame.line ?? 0}`);
      for (const frame of expected.frames) {
        const file = frame.file === undefined ? undefined : localPath(frame.file);
        if (file !== undefined) {
          assert.ok(places.includes(`${frame.function} ${file}:${frame.line ?? 0}`), `${frame.function} is not in: ${places.join(', ')}`);
        }
      }
    },
  ],
  [
    'the line of every frame of the module leads to its source by link and by definition',
    async () => {
      const all = await links(report);
      let checked = 0;
      for (const frame of expected.frames) {
        const file = frame.file === undefined ? undefined : localPath(frame.file);
        if (file !== undefined && frame.line !== undefined) {
          const position = positionOf(frame.function);
          assertLeadsTo(all.find((link) => link.range.start.line === position.line), file, frame.line);
          const found = await definitions(report, position);
          assert.ok(found.some((place) => place.path === file && place.line === frame.line), JSON.stringify(found));
          checked++;
        }
      }
      assert.ok(checked >= 2, `${checked} frames checked`);
    },
  ],
  [
    'a frame whose source is not on this machine leads to a page that names the file and offers to choose its folder',
    async () => {
      const page = (await links(report)).find((link) => link.target?.path.includes('/source/') === true && link.target.scheme === 'vaquest');
      if (page?.target === undefined) {
        // Only a machine with the kernel's own source has every file.
        assert.ok((await links(report)).every((link) => link.target?.path.includes('/source/') !== true || link.target.scheme === 'file'));
        return;
      }
      const document = await vscode.workspace.openTextDocument(page.target);
      assert.match(document.getText(), /^\S+ is not on this machine\n[^]*vaquest\.sourceRoots/);
      await vscode.window.showTextDocument(document);
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri, 10);
      assert.deepEqual(lenses.map((lens) => lens.command?.command), ['vaquest.selectSourceFolder']);
      const frame = expected.frames.find((item) => item.kind === 'normal' && item.module === undefined);
      assert.ok(frame);
      assert.ok((await hoverText(report, positionOf(frame.function))).includes('is not on this machine'));
      await vscode.window.showTextDocument(report);
    },
  ],
  [
    'hovering a frame tells its function',
    async () => {
      const text = await hoverText(report, positionOf(expected.function));
      assert.ok(text.includes(expected.function), text);
      assert.doesNotMatch(text, /\]\(command:/);
    },
  ],
  [
    'the faulting line carries one error with the panic message, though nobody opened the file',
    async () => {
      const [diagnostic, ...others] = await until('the diagnostic', () => {
        const found = panicDiagnostics();
        return found.length > 0 ? found : undefined;
      });
      assert.deepEqual(others, []);
      assert.ok(diagnostic);
      assert.equal(diagnostic.severity, vscode.DiagnosticSeverity.Error);
      assert.equal(diagnostic.range.start.line + 1, expected.line);
      assert.ok(diagnostic.message.includes(expected.panicMessage), diagnostic.message);
    },
  ],
  [
    'each caller in the module is related information of that error',
    () => {
      const related = panicDiagnostics()[0]?.relatedInformation ?? [];
      const places = related.map(({ location }) => `${location.uri.fsPath}:${location.range.start.line + 1}`);
      for (const frame of expected.frames.slice(1)) {
        const file = frame.file === undefined ? undefined : localPath(frame.file);
        if (file !== undefined && frame.line !== undefined) {
          assert.ok(places.includes(`${file}:${frame.line}`), `${frame.function} is not in ${places.join(' ')}`);
        }
      }
      return Promise.resolve();
    },
  ],
  [
    'closing every tab, previews included, keeps the dump open, and clicking it again answers at once',
    async () => {
      await closeTabs();
      assert.equal(panicDiagnostics().length, 1);
      const address = await (await api()).openDump(dump);
      assert.equal(address, report.uri.toString());
      await vscode.commands.executeCommand('vscode.open', dump);
      report = (await reportEditor()).document;
    },
  ],
  [
    'restarting the server opens the dump again, without a second error on the line',
    async () => {
      await vscode.commands.executeCommand('vaquest.restartServer');
      await until('the diagnostic', () => panicDiagnostics().length > 0);
      assert.equal(panicDiagnostics().length, 1);
      const { frames } = await (await api()).frames(report.uri.toString());
      assert.ok(frames.length > 0);
    },
  ],
  [
    'VaQuest: Close Crash Dump closes its tabs and clears the error',
    async () => {
      await vscode.window.showTextDocument(faultingFile);
      await vscode.commands.executeCommand('vaquest.closeCrashDump');
      await until('the error to go', () => panicDiagnostics().length === 0);
      const inputs = vscode.window.tabGroups.all.flatMap((group) => group.tabs).map((tab) => tab.input);
      assert.ok(!inputs.some((input) => input instanceof vscode.TabInputCustom));
      assert.ok(!inputs.some((input) => input instanceof vscode.TabInputText && input.uri.scheme === 'vaquest'));
      await closeTabs();
    },
  ],
];
