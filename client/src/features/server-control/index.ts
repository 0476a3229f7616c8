// Commands that show the log and restart the server, and the message when the server ended by itself.
import * as path from 'node:path';
import * as vscode from 'vscode';
import { Command } from '../../infrastructure/commands';
import type { FeatureContext } from '../../infrastructure/context';
import { messageOf } from '../../infrastructure/logging';

export function activateServerControl({ server, sessions, log, disposables }: FeatureContext): void {
  disposables.add(
    vscode.commands.registerCommand(Command.showLog, () => {
      log.show();
    }),
  );
  disposables.add(
    vscode.commands.registerCommand(Command.restartServer, async () => {
      try {
        await sessions.restart();
      } catch (error) {
        await offerLog(messageOf(error));
      }
    }),
  );

  // Dumps that were stopped by the crash; their states change before the crash is announced here.
  const stopped = new Set<string>();
  disposables.add(
    sessions.onDidChange(({ file, state }) => {
      if (state.kind === 'crashed') {
        stopped.add(path.basename(file.fsPath));
      }
    }),
  );
  disposables.add(
    server.onDidCrash(() => {
      const names = [...stopped].join(', ');
      stopped.clear();
      void offerLog(
        names === ''
          ? vscode.l10n.t('The VaQuest server stopped unexpectedly.')
          : vscode.l10n.t('The VaQuest server stopped while reading {0}, which is not opened again by itself.', names),
      );
    }),
  );
}

async function offerLog(message: string): Promise<void> {
  const showLog = vscode.l10n.t('Show Log');
  if ((await vscode.window.showErrorMessage(message, showLog)) === showLog) {
    await vscode.commands.executeCommand(Command.showLog);
  }
}
