// Says in the language status whether debug information matches, and lets the user choose a vmlinux.
import * as path from 'node:path';
import * as vscode from 'vscode';
import { Command } from '../../infrastructure/commands';
import type { FeatureContext } from '../../infrastructure/context';
import type { DumpSession } from '../../infrastructure/dump-session';
import type { DebugInfo, DebugInfoState } from '../../infrastructure/protocol';
import { focusedDump } from '../../infrastructure/show-document';
import { detailOf, type StatusText } from '../../infrastructure/status';
import { updateSetting } from '../../infrastructure/user-settings';

export function activateDebugInformation(context: FeatureContext): void {
  const { sessions, statuses, disposables } = context;
  statuses.add('debugInformation', vscode.l10n.t('Debug Information'), context, statusOf);
  disposables.add(
    vscode.commands.registerCommand(Command.selectVmlinux, async () => {
      if (await selectVmlinux(focusedDump(sessions.open))) {
        await sessions.retryWithDebugInfo();
      }
    }),
  );
}

function statusOf({ state }: DumpSession): StatusText | undefined {
  if (state.kind !== 'open') {
    return undefined;
  }
  const debugInfo: DebugInfo = state.status?.debugInfo ?? state.result.debugInfo;
  const isMatched = debugInfo.state === 'matched';
  return {
    text: label(debugInfo.state),
    detail: detailOf(debugInfo.summary, debugInfo.detail),
    isWarning: !isMatched,
    ...(isMatched ? {} : { action: { title: vscode.l10n.t('Select vmlinux…'), command: Command.selectVmlinux } }),
  };
}

function label(state: DebugInfoState): string {
  switch (state) {
    case 'matched':
      return vscode.l10n.t('Debug information matched');
    case 'partial':
      return vscode.l10n.t('Debug information partial');
    case 'missing':
      return vscode.l10n.t('Debug information missing');
  }
}

// True when the user chose one.
async function selectVmlinux(session: DumpSession | undefined): Promise<boolean> {
  const folder = session === undefined ? undefined : vscode.Uri.file(path.dirname(session.file.fsPath));
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Select vmlinux'),
    openLabel: vscode.l10n.t('Select'),
    ...(folder === undefined ? {} : { defaultUri: folder }),
  });
  if (chosen?.[0] === undefined) {
    return false;
  }
  await updateSetting('vmlinux', chosen[0].fsPath);
  return true;
}
