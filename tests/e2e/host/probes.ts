// What the tests ask VS Code, by its own commands, so that they see what a user would see.
import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import type { VaQuestApi } from '../../../client/src/infrastructure/api';
import { expected, folder } from './expected';
import { until } from './waiting';

export const dump = vscode.Uri.file(path.join(folder, 'vmcore'));
export const faultingFile = vscode.Uri.file(expected.file);

export async function api(): Promise<VaQuestApi> {
  const extension = vscode.extensions.getExtension<VaQuestApi>('vaquest.vaquest');
  assert.ok(extension, 'the extension is not installed');
  return extension.activate();
}

/** The report's editor, once it is in front. */
export function reportEditor(): Promise<vscode.TextEditor> {
  return until('the report', () => {
    const editor = vscode.window.activeTextEditor;
    return editor?.document.languageId === 'kernel-crash-report' ? editor : undefined;
  });
}

/** Diagnostics of this extension on the faulting source file. */
export function panicDiagnostics(): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(faultingFile).filter((item) => item.source?.toLowerCase().includes('vaquest') === true);
}

/** The line (0-based) of a document on which the frame of a function stands. */
export function frameLine(document: vscode.TextDocument, functionName: string): number {
  const pattern = new RegExp(`\\b${functionName}(\\+0x|\\b)`);
  for (let line = 0; line < document.lineCount; line++) {
    const { text } = document.lineAt(line);
    if (/^>?\s*#\d/.test(text) && pattern.test(text)) {
      return line;
    }
  }
  throw new Error(`no frame of ${functionName} in ${document.uri.toString()}`);
}

/** The links of a document, all resolved. VS Code fails the whole call at a link without a target, so this also asserts that there is none. */
export async function links(document: vscode.TextDocument): Promise<vscode.DocumentLink[]> {
  return vscode.commands.executeCommand<vscode.DocumentLink[]>('vscode.executeLinkProvider', document.uri, 1000);
}

/** Where go-to-definition leads, as path and 1-based line. */
export async function definitions(document: vscode.TextDocument, position: vscode.Position): Promise<{ path: string; line: number }[]> {
  const found = await vscode.commands.executeCommand<(vscode.Location | vscode.LocationLink)[]>(
    'vscode.executeDefinitionProvider',
    document.uri,
    position,
  );
  return found.map((item) =>
    'targetUri' in item
      ? { path: item.targetUri.fsPath, line: (item.targetSelectionRange ?? item.targetRange).start.line + 1 }
      : { path: item.uri.fsPath, line: item.range.start.line + 1 },
  );
}

export async function hoverText(document: vscode.TextDocument, position: vscode.Position): Promise<string> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, position);
  return hovers.flatMap((hover) => hover.contents.map((part) => (part instanceof vscode.MarkdownString ? part.value : ''))).join('\n');
}

/** Asserts that a link leads to a file and 1-based line, however the line is spelled in the fragment. */
export function assertLeadsTo(link: vscode.DocumentLink | undefined, file: string, line: number): void {
  assert.equal(link?.target?.fsPath, file);
  assert.match(link.target.fragment, new RegExp(`^L?${line}(,\\d+)?$`));
}

/** Sets settings of the workspace. */
export async function configure(values: Readonly<Record<string, unknown>>): Promise<void> {
  for (const [key, value] of Object.entries(values)) {
    await vscode.workspace.getConfiguration('vaquest').update(key, value, vscode.ConfigurationTarget.Workspace);
  }
}

/** Closes all tabs. */
export async function closeTabs(): Promise<void> {
  await vscode.window.tabGroups.close(vscode.window.tabGroups.all.flatMap((group) => group.tabs));
}
