// Values of variables: in the report, beside the source, and as documents of objects.
import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import { expected } from './expected';
import { api, closeTabs, configure, definitions, dump, faultingFile, frameLine, hoverText, links, reportEditor } from './probes';
import type { Test } from './index';
import { until } from './waiting';

let report: vscode.TextDocument;
let source: vscode.TextDocument;

function lineWith(document: vscode.TextDocument, text: string, from = 0): number {
  for (let line = from; line < document.lineCount; line++) {
    if (document.lineAt(line).text.includes(text)) {
      return line;
    }
  }
  throw new Error(`no line of ${document.uri.toString()} has "${text}"`);
}

function hintsOf(document: vscode.TextDocument): Thenable<vscode.InlayHint[]> {
  const all = new vscode.Range(0, 0, document.lineCount, 0);
  return vscode.commands.executeCommand<vscode.InlayHint[]>('vscode.executeInlayHintProvider', document.uri, all);
}

function labelsOf(hints: readonly vscode.InlayHint[]): string[] {
  return hints.map(({ label, position }) => `${position.line + 1}: ${typeof label === 'string' ? label : label.map((part) => part.value).join('')}`);
}

// What the values are is known from the script that made the sample: widget 17 was connected to 42, which was not found.
export const valueTests: readonly Test[] = !expected.isSample
  ? []
  : [
      [
        'the report shows the values of a frame under it, and they fold',
        async () => {
          await vscode.commands.executeCommand('vscode.open', dump);
          report = (await reportEditor()).document;
          const frame = frameLine(report, expected.function);
          const value = lineWith(report, 'struct widget *peer = NULL', frame);
          const folds = await vscode.commands.executeCommand<vscode.FoldingRange[]>('vscode.executeFoldingRangeProvider', report.uri);
          assert.ok(folds.some((fold) => fold.start === frame && fold.end >= value), JSON.stringify(folds));
        },
      ],
      [
        'hovering a variable in the source tells its value in the frame it belongs to',
        async () => {
          source = await vscode.workspace.openTextDocument(faultingFile);
          await vscode.window.showTextDocument(source);
          const { text } = source.lineAt(expected.line - 1);
          const position = new vscode.Position(expected.line - 1, text.indexOf('peer') + 1);
          const hover = await until('the hover', async () => (await hoverText(source, position)) || undefined);
          assert.match(hover, /struct widget \*peer = NULL\n {4}in frame #0 widget_wire at line 42/);
          assert.equal(await hoverText(source, new vscode.Position(0, 3)), '');
        },
      ],
      [
        'the line that crashed and the line that called it have hints, and a setting switches them off',
        async () => {
          assert.deepEqual(labelsOf(await hintsOf(source)), [`${expected.line}: peer = NULL`]);
          const caller = await vscode.workspace.openTextDocument(path.join(path.dirname(expected.file), 'widget_core.c'));
          const [hint, ...others] = labelsOf(await hintsOf(caller));
          assert.deepEqual(others, []);
          assert.match(hint ?? '', /^72: source = 0x[0-9a-f]{16} {2}target = NULL$/);
          await configure({ inlayHints: false });
          assert.deepEqual(await hintsOf(source), []);
          await configure({ inlayHints: undefined });
          assert.equal((await hintsOf(source)).length, 1);
        },
      ],
      [
        'a pointer leads to its object, whose pointers lead on',
        async () => {
          const line = lineWith(report, 'struct widget *source = 0x');
          const position = new vscode.Position(line, report.lineAt(line).text.indexOf('0x') + 3);
          const [place] = await definitions(report, position);
          assert.match(place?.path ?? '', /\/object\/struct widget 0x[0-9a-f]{16}\.crash$/);
          const link = (await links(report)).find((item) => item.range.contains(position));
          assert.ok(link?.target);
          const page = await vscode.workspace.openTextDocument(link.target);
          assert.equal(page.languageId, 'kernel-crash-report');
          assert.match(page.getText(), /^struct widget at 0x[0-9a-f]{16}\n[^]*\.id = 17/);
        },
      ],
      [
        'values go away with the dump',
        async () => {
          await (await api()).closeDump(dump);
          assert.deepEqual(await hintsOf(source), []);
          await closeTabs();
        },
      ],
    ];
