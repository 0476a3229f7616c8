// Actions above the first line of a report and of its waits; which frame crashed is a lens of the server's.
import * as vscode from 'vscode';
import { Command } from '../../infrastructure/commands';
import type { FeatureContext } from '../../infrastructure/context';
import type { DumpSessions } from '../../infrastructure/dump-sessions';
import { reportScheme } from '../../infrastructure/protocol';
import { lensesOf, type LensAction } from './lenses';

export function activateReportLenses({ sessions, disposables }: FeatureContext): void {
  const provider: vscode.CodeLensProvider = {
    provideCodeLenses: (document) => {
      const start = new vscode.Range(0, 0, 0, 0);
      return lensesOf(document.uri.path, document.getText(new vscode.Range(0, 0, 40, 0))).flatMap((action) => {
        const command = commandOf(action, document.uri, sessions);
        return command === undefined ? [] : [new vscode.CodeLens(start, command)];
      });
    },
  };
  disposables.add(vscode.languages.registerCodeLensProvider({ scheme: reportScheme, language: 'kernel-crash-report' }, provider));
}

function commandOf(action: LensAction, uri: vscode.Uri, sessions: DumpSessions): vscode.Command | undefined {
  switch (action) {
    case 'waits':
      return { title: vscode.l10n.t('Show Wait-for Graph'), command: Command.showWaitGraph, arguments: [uri.toString()] };
    case 'mail':
      return { title: vscode.l10n.t('Copy for a Mailing List'), command: Command.copyMailReport };
    case 'log': {
      const state = sessions.findByDocument(uri)?.state;
      const log = state?.kind === 'open' ? state.result.logUri : undefined;
      return log === undefined ? undefined : { title: vscode.l10n.t('Show Kernel Log'), command: 'vscode.open', arguments: [vscode.Uri.parse(log)] };
    }
  }
}
