// Starts the server when a text log is open, so that its frames become links.
import * as vscode from 'vscode';
import { Command } from '../../infrastructure/commands';
import type { FeatureContext } from '../../infrastructure/context';
import { messageOf } from '../../infrastructure/logging';

const schemes: ReadonlySet<string> = new Set(['file', 'untitled']);

export function activateKernelLog({ server, disposables }: FeatureContext): void {
  let hasFailed = false;
  const startFor = async (document: vscode.TextDocument): Promise<void> => {
    if (document.languageId !== 'kernel-oops' || !schemes.has(document.uri.scheme) || hasFailed) {
      return;
    }
    try {
      await server.client();
    } catch (error) {
      // Said once a session: every further log would fail for the same reason.
      hasFailed = true;
      const showLog = vscode.l10n.t('Show Log');
      if ((await vscode.window.showErrorMessage(messageOf(error), showLog)) === showLog) {
        await vscode.commands.executeCommand(Command.showLog);
      }
    }
  };
  disposables.add(vscode.workspace.onDidOpenTextDocument((document) => void startFor(document)));
  for (const document of vscode.workspace.textDocuments) {
    void startFor(document);
  }
}
