// Shows a page for a dump file and opens its report by itself.
import { randomBytes } from 'node:crypto';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { DumpSession } from '../../infrastructure/dump-session';
import type { DumpSessions } from '../../infrastructure/dump-sessions';
import { messageOf } from '../../infrastructure/logging';
import { showReport } from '../../infrastructure/show-document';
import { pageCommands, renderPage, type FileIdentity } from './landing-page';

interface DumpDocument extends vscode.CustomDocument {
  readonly uri: vscode.Uri;
}

/** Disposing a document or a page never closes the dump: a preview tab goes away with the next click. */
export class DumpEditorProvider implements vscode.CustomReadonlyEditorProvider<DumpDocument> {
  constructor(private readonly sessions: DumpSessions) {}

  openCustomDocument(uri: vscode.Uri): DumpDocument {
    return { uri, dispose: () => undefined };
  }

  async resolveCustomEditor(document: DumpDocument, panel: vscode.WebviewPanel): Promise<void> {
    const identity = await identify(document.uri);
    panel.webview.options = { enableScripts: false, enableCommandUris: pageCommands, localResourceRoots: [] };
    const render = (session: DumpSession): void => {
      const nonce = randomBytes(16).toString('hex');
      panel.webview.html = renderPage(identity, session.state, nonce, vscode.l10n.t, vscode.env.language);
    };
    let isDisposed = false;
    const listener = this.sessions.onDidChange((session) => {
      if (session.file.toString() === document.uri.toString()) {
        render(session);
      }
    });
    panel.onDidDispose(() => {
      isDisposed = true;
      listener.dispose();
    });

    // Not awaited: the page must be on screen while the dump is being read.
    this.openAndShow(document.uri, render, panel, () => isDisposed).catch((error: unknown) => {
      void vscode.window.showErrorMessage(messageOf(error));
    });
  }

  private async openAndShow(
    file: vscode.Uri,
    render: (session: DumpSession) => void,
    panel: vscode.WebviewPanel,
    isDisposed: () => boolean,
  ): Promise<void> {
    const session = await this.sessions.openDump(file, true);
    if (!isDisposed()) {
      render(session);
      await showReport(session, {
        viewColumn: panel.viewColumn ?? vscode.ViewColumn.Active,
        preserveFocus: !panel.active,
      });
    } else if (session.state.kind === 'open') {
      await offerReport(session);
    } else if (session.state.kind === 'failed') {
      void vscode.window.showErrorMessage(session.state.message);
    }
  }
}

// The page was closed while the dump was being read: tell, and leave the user where they are.
async function offerReport(session: DumpSession): Promise<void> {
  const show = vscode.l10n.t('Show Report');
  const name = path.basename(session.file.fsPath);
  if ((await vscode.window.showInformationMessage(vscode.l10n.t('{0} is open.', name), show)) === show) {
    await showReport(session);
  }
}

async function identify(uri: vscode.Uri): Promise<FileIdentity> {
  const identity = { uri: uri.toString(), name: path.basename(uri.fsPath), path: uri.fsPath };
  try {
    const { size, mtime } = await vscode.workspace.fs.stat(uri);
    return { ...identity, size, modified: new Date(mtime) };
  } catch {
    return { ...identity, size: undefined, modified: undefined };
  }
}
