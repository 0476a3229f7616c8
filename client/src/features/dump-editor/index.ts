// The custom editor for dumps and the actions on its page.
import * as vscode from 'vscode';
import { Command } from '../../infrastructure/commands';
import type { FeatureContext } from '../../infrastructure/context';
import type { DumpSession } from '../../infrastructure/dump-session';
import { anyFileViewType, dumpViewType } from '../../infrastructure/file-names';
import { showGenerated, showReport } from '../../infrastructure/show-document';
import { DumpEditorProvider } from './dump-editor-provider';
import { PageCommand } from './landing-page';

const hexEditor = { extension: 'ms-vscode.hexeditor', viewType: 'hexEditor.hexedit' };

export function activateDumpEditor(context: FeatureContext): void {
  const { sessions, disposables } = context;
  const provider = new DumpEditorProvider(sessions);
  for (const viewType of [dumpViewType, anyFileViewType]) {
    disposables.add(
      vscode.window.registerCustomEditorProvider(viewType, provider, { supportsMultipleEditorsPerDocument: true }),
    );
  }

  // The page sends the address of its file; only files it has shown are accepted.
  const register = (command: string, handler: (session: DumpSession) => PromiseLike<unknown>): void => {
    disposables.add(
      vscode.commands.registerCommand(command, async (argument: unknown) => {
        const session = typeof argument === 'string' ? sessions.find(vscode.Uri.parse(argument)) : undefined;
        if (session !== undefined) {
          await handler(session);
        }
      }),
    );
  };
  register(PageCommand.showReport, (session) => showReport(session));
  register(PageCommand.showKernelLog, async ({ state }) => {
    if (state.kind === 'open' && state.result.logUri !== undefined) {
      await showGenerated(state.result.logUri);
    }
  });
  register(PageCommand.openAgain, async ({ file }) => {
    await showReport(await sessions.openDump(file, false));
  });
  register(PageCommand.cancel, ({ file }) => sessions.closeDump(file));
  register(PageCommand.close, ({ file }) => vscode.commands.executeCommand(Command.closeCrashDump, file));
  register(PageCommand.openAsBytes, ({ file }) => {
    const hasHexEditor = vscode.extensions.getExtension(hexEditor.extension) !== undefined;
    return vscode.commands.executeCommand('vscode.openWith', file, hasHexEditor ? hexEditor.viewType : 'default');
  });
}
