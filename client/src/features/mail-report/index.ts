// Copies the report of an open dump as a plain mail for a mailing list.
import * as vscode from 'vscode';
import { chooseOpenDump } from '../../infrastructure/choose-dump';
import { Command } from '../../infrastructure/commands';
import type { FeatureContext } from '../../infrastructure/context';
import { mailReportMethod, type MailReportResult } from '../../infrastructure/protocol';

// Long enough to be read, short enough not to be in the way.
const shownMs = 5000;

interface Choice extends vscode.QuickPickItem {
  readonly option: 'hideAddresses' | 'hideNames';
}

export function activateMailReport({ sessions, server, disposables }: FeatureContext): void {
  disposables.add(
    vscode.commands.registerCommand(Command.copyMailReport, async () => {
      const session = await chooseOpenDump(sessions, vscode.l10n.t('Choose the dump whose report to copy'));
      if (session?.state.kind !== 'open') {
        return;
      }
      const choices = await chooseOptions();
      if (choices === undefined) {
        return;
      }
      const client = await server.client();
      const answer = await client.sendRequest<MailReportResult | null>(mailReportMethod, { uri: session.state.result.uri, ...choices });
      if (answer !== null) {
        await vscode.env.clipboard.writeText(answer.text);
        vscode.window.setStatusBarMessage(vscode.l10n.t('The report is in the clipboard.'), shownMs);
      }
    }),
  );
}

// Nothing chosen is an answer: the whole report. Escape is not.
async function chooseOptions(): Promise<{ hideAddresses: boolean; hideNames: boolean } | undefined> {
  const items: Choice[] = [
    {
      label: vscode.l10n.t('Hide Addresses'),
      description: vscode.l10n.t('kernel addresses become labels'),
      option: 'hideAddresses',
    },
    {
      label: vscode.l10n.t('Hide Names'),
      description: vscode.l10n.t('without host, command line, directories and user tasks'),
      option: 'hideNames',
    },
  ];
  const chosen = await vscode.window.showQuickPick(items, {
    canPickMany: true,
    title: vscode.l10n.t('Copy Report for a Mailing List'),
    placeHolder: vscode.l10n.t('What to leave out'),
  });
  if (chosen === undefined) {
    return undefined;
  }
  const options = new Set(chosen.map((choice) => choice.option));
  return { hideAddresses: options.has('hideAddresses'), hideNames: options.has('hideNames') };
}
