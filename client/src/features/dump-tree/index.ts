// The "Kernel Dump" view: browses open dumps, and opens recent ones again.
import * as vscode from 'vscode';
import { Command } from '../../infrastructure/commands';
import type { FeatureContext } from '../../infrastructure/context';
import { messageOf } from '../../infrastructure/logging';
import { DumpTreeProvider, TreeCommand, type Branch, type Node } from './dump-tree-provider';
import { RecentDumps } from './recent-dumps';

const viewId = 'vaquest.dumps';

export function activateDumpTree({ extension, sessions, server, log, disposables }: FeatureContext): void {
  const recent = new RecentDumps(extension.globalState);
  const provider = disposables.add(new DumpTreeProvider(sessions, server, recent));
  disposables.add(vscode.window.createTreeView<Node>(viewId, { treeDataProvider: provider, showCollapseAll: true }));
  disposables.add(
    sessions.onDidChange((session) => {
      const remembered = session.state.kind === 'open' ? recent.add(session.file.toString()) : Promise.resolve();
      remembered.then(
        () => {
          provider.refresh();
        },
        (error: unknown) => {
          log.warn(`remembering recent dumps: ${messageOf(error)}`);
        },
      );
    }),
  );
  disposables.add(
    vscode.commands.registerCommand(TreeCommand.showMore, (node: Branch) => {
      provider.showMore(node);
    }),
  );
  disposables.add(
    vscode.commands.registerCommand(TreeCommand.show, async (node: Branch) => {
      const { location } = node.entry;
      if (location !== undefined) {
        const position = new vscode.Position(location.line, location.character);
        await vscode.window.showTextDocument(vscode.Uri.parse(location.uri), { selection: new vscode.Range(position, position) });
      }
    }),
  );
  disposables.add(
    vscode.commands.registerCommand(Command.forgetRecentDump, async (node: unknown) => {
      const file = (node as Partial<Extract<Node, { kind: 'recent' }>> | undefined)?.file;
      if (file instanceof vscode.Uri) {
        await recent.remove(file.toString());
        provider.refresh();
      }
    }),
  );
  disposables.add(
    vscode.commands.registerCommand(Command.closeDumpOfView, async (node: unknown) => {
      const session = (node as Partial<Extract<Node, { kind: 'dump' }>> | undefined)?.session;
      if (session !== undefined) {
        await vscode.commands.executeCommand(Command.closeCrashDump, session.file);
      }
    }),
  );
}
