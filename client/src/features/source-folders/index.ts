// Says in the language status whether source was found, asks once for a tree, and remembers the answer.
import * as vscode from 'vscode';
import { Command } from '../../infrastructure/commands';
import type { FeatureContext } from '../../infrastructure/context';
import type { DumpSession } from '../../infrastructure/dump-session';
import { reportScheme, type SourceState } from '../../infrastructure/protocol';
import { detailOf, type StatusText } from '../../infrastructure/status';
import { readList, updateSetting } from '../../infrastructure/user-settings';

const askedKey = 'vaquest.askedForSource';

export function activateSourceFolders(context: FeatureContext): void {
  const { sessions, statuses, extension, disposables } = context;
  statuses.add('source', vscode.l10n.t('Kernel Source'), context, statusOf);
  disposables.add(vscode.commands.registerCommand(Command.selectSourceFolder, selectSourceFolder));
  disposables.add(sessions.onDidChange((session) => void askOnce(session, extension.workspaceState)));
  disposables.add(vscode.languages.registerCodeLensProvider(missingSourcePages, { provideCodeLenses }));
}

// The server's pages about source files that are not on this machine.
const missingSourcePages: vscode.DocumentSelector = { scheme: reportScheme, pattern: '**/source/**/*(not found).txt' };

function provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
  if (!document.lineAt(0).text.endsWith('is not on this machine')) {
    return [];
  }
  const top = new vscode.Range(0, 0, 0, 0);
  return [new vscode.CodeLens(top, { title: vscode.l10n.t('Select Source Folder…'), command: Command.selectSourceFolder })];
}

function statusOf({ state }: DumpSession): StatusText | undefined {
  const source = state.kind === 'open' ? state.status?.source : undefined;
  return {
    text: label(source?.state),
    detail: detailOf(source?.summary ?? '', source?.detail ?? ''),
    isWarning: source?.state === 'missing' || source?.state === 'otherVersion',
    ...(source?.state === 'found' ? {} : { action: { title: vscode.l10n.t('Select Source Folder…'), command: Command.selectSourceFolder } }),
  };
}

function label(state: SourceState | undefined): string {
  switch (state) {
    case 'found':
      return vscode.l10n.t('Source found');
    case 'missing':
      return vscode.l10n.t('Source missing');
    case 'otherVersion':
      return vscode.l10n.t('Source of another version');
    case undefined:
      return vscode.l10n.t('Source not looked for yet');
  }
}

// Asked once for each directory a kernel was compiled in; the status item stays for later.
async function askOnce(session: DumpSession, memory: vscode.Memento): Promise<void> {
  const source = session.state.kind === 'open' ? session.state.status?.source : undefined;
  if (source?.state !== 'missing' || source.compDir === '') {
    return;
  }
  const asked = memory.get<readonly string[]>(askedKey, []);
  if (asked.includes(source.compDir)) {
    return;
  }
  await memory.update(askedKey, [...asked, source.compDir]);
  const select = vscode.l10n.t('Select Source Folder…');
  const message = vscode.l10n.t('The source this kernel was built from ({0}) was not found on this machine.', source.compDir);
  if ((await vscode.window.showInformationMessage(message, select)) === select) {
    await selectSourceFolder();
  }
}

async function selectSourceFolder(): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Select Source Folder'),
    openLabel: vscode.l10n.t('Select'),
    canSelectFiles: false,
    canSelectFolders: true,
    ...(folder === undefined ? {} : { defaultUri: folder }),
  });
  const root = chosen?.[0]?.fsPath;
  if (root !== undefined) {
    await updateSetting('sourceRoots', [...readList('sourceRoots').filter((item) => item !== root), root]);
  }
}
