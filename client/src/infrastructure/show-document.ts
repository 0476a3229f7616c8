// Brings documents of a dump in front of the user, and takes them away.
import * as vscode from 'vscode';
import { dumpIdOf, type DumpSession } from './dump-session';

/** Shows the report of an open dump as a lasting tab; does nothing for a dump that is not open. */
export async function showReport(session: DumpSession, options: vscode.TextDocumentShowOptions = {}): Promise<void> {
  if (session.state.kind === 'open') {
    await showGenerated(session.state.result.uri, options);
  }
}

/** Shows a generated document by the address the server gave. */
export async function showGenerated(uri: string, options: vscode.TextDocumentShowOptions = {}): Promise<void> {
  await vscode.window.showTextDocument(vscode.Uri.parse(uri), { preview: false, ...options });
}

/** The tabs that show a dump: its page and its generated documents. */
export function tabsOf(session: DumpSession): vscode.Tab[] {
  const id = session.state.kind === 'open' ? dumpIdOf(vscode.Uri.parse(session.state.result.uri)) : undefined;
  return vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter(({ input }) => {
      if (input instanceof vscode.TabInputCustom) {
        return input.uri.toString() === session.file.toString();
      }
      return input instanceof vscode.TabInputText && id !== undefined && dumpIdOf(input.uri) === id;
    });
}

/** The dump the user looks at: of the active document or page, else the only one that is open. */
export function focusedDump(open: readonly DumpSession[]): DumpSession | undefined {
  const active = vscode.window.tabGroups.activeTabGroup.activeTab;
  return open.find((session) => active !== undefined && tabsOf(session).includes(active)) ?? (open.length === 1 ? open[0] : undefined);
}
