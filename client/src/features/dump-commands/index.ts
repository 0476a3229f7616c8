// Commands that open a dump by a picker or from the Explorer, and close one.
import * as vscode from 'vscode';
import { chooseOpenDump } from '../../infrastructure/choose-dump';
import { Command } from '../../infrastructure/commands';
import type { FeatureContext } from '../../infrastructure/context';
import { viewTypeFor } from '../../infrastructure/file-names';
import { tabsOf } from '../../infrastructure/show-document';

export function activateDumpCommands({ sessions, disposables }: FeatureContext): void {
  const register = (command: string, handler: (argument: unknown) => Promise<void>): void => {
    disposables.add(vscode.commands.registerCommand(command, handler));
  };
  register(Command.openCrashDump, openWithPicker);
  register(Command.openExplorerSelection, async (argument) => {
    if (argument instanceof vscode.Uri) {
      await openPage(argument);
    } else {
      await openWithPicker(undefined);
    }
  });
  register(Command.closeCrashDump, async (argument) => {
    const session = argument instanceof vscode.Uri ? sessions.find(argument) : await chooseOpenDump(sessions, vscode.l10n.t('Choose the dump to close'));
    if (session !== undefined) {
      const tabs = tabsOf(session);
      await sessions.closeDump(session.file);
      await vscode.window.tabGroups.close(tabs);
    }
  });
}

// Scripts and the walkthrough may name the file; people get the dialog.
async function openWithPicker(argument: unknown): Promise<void> {
  if (argument instanceof vscode.Uri) {
    await openPage(argument);
    return;
  }
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Open Crash Dump'),
    openLabel: vscode.l10n.t('Open'),
    ...(folder === undefined ? {} : { defaultUri: folder }),
  });
  if (chosen?.[0] !== undefined) {
    await openPage(chosen[0]);
  }
}

async function openPage(file: vscode.Uri): Promise<void> {
  await vscode.commands.executeCommand('vscode.openWith', file, viewTypeFor(file.path));
}
