// Text logs: a file by its name, and a paste in an untitled document.
import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import { expected, folder } from './expected';
import { assertLeadsTo, definitions, hoverText, links } from './probes';
import type { Test } from './index';
import { until } from './waiting';

// The frames of a log are those with offset and size; the first with this name is in the oops.
function oopsLine(document: vscode.TextDocument, functionName: string): number {
  const pattern = new RegExp(`(?<!\\? )\\b${functionName}\\+0x[0-9a-f]+/0x`);
  for (let line = 0; line < document.lineCount; line++) {
    if (pattern.test(document.lineAt(line).text)) {
      return line;
    }
  }
  throw new Error(`no frame of ${functionName}`);
}

// A frame with inlined ones in front of it leads to the innermost of them, which is another test's business.
const caller = expected.frames.find(
  (frame, index) => index > 0 && frame.module !== undefined && frame.kind === 'normal' && expected.frames[index - 1]?.kind === 'normal',
);

export const logTests: readonly Test[] = !expected.hasLog
  ? []
  : [
      [
        'vmcore-dmesg.txt opens as a kernel log whose frames lead to source',
        async () => {
          assert.ok(caller?.file !== undefined && caller.line !== undefined);
          const document = await vscode.workspace.openTextDocument(path.join(folder, 'vmcore-dmesg.txt'));
          await vscode.window.showTextDocument(document);
          assert.equal(document.languageId, 'kernel-oops');
          const line = oopsLine(document, caller.function);
          const link = await until('the link', async () => (await links(document)).find((item) => item.range.start.line === line));
          const file = path.join(folder, 'source', path.posix.relative(expected.truthPrefix, caller.file));
          assertLeadsTo(link, file, caller.line);
          const position = new vscode.Position(line, document.lineAt(line).text.indexOf(caller.function) + 1);
          const found = await definitions(document, position);
          assert.ok(found.some((place) => place.path === file && place.line === caller.line), JSON.stringify(found));
        },
      ],
      [
        'a log has an outline, and a hover on its frames',
        async () => {
          const document = await vscode.workspace.openTextDocument(path.join(folder, 'vmcore-dmesg.txt'));
          const symbols = await vscode.commands.executeCommand<unknown[]>('vscode.executeDocumentSymbolProvider', document.uri);
          assert.ok(symbols.length > 0);
          assert.ok(caller);
          const line = oopsLine(document, caller.function);
          const column = document.lineAt(line).text.indexOf(caller.function) + 1;
          assert.ok((await hoverText(document, new vscode.Position(line, column))).includes(caller.function));
        },
      ],
      [
        'a paste in an untitled kernel log answers as well',
        async () => {
          const source = await vscode.workspace.openTextDocument(path.join(folder, 'vmcore-dmesg.txt'));
          const content = source.getText();
          const document = await vscode.workspace.openTextDocument({ language: 'kernel-oops', content });
          await vscode.window.showTextDocument(document);
          const symbols = await until('the outline', async () => {
            const found = await vscode.commands.executeCommand<unknown[] | undefined>('vscode.executeDocumentSymbolProvider', document.uri);
            return found !== undefined && found.length > 0 ? found : undefined;
          });
          assert.ok(symbols.length > 0);
          await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
        },
      ],
    ];
