// The tree of open dumps: asks the server for one branch at a time, and lists recent dumps below.
import * as path from 'node:path';
import * as vscode from 'vscode';
import { Command } from '../../infrastructure/commands';
import type { DumpSession } from '../../infrastructure/dump-session';
import type { DumpSessions } from '../../infrastructure/dump-sessions';
import type { LanguageServer } from '../../infrastructure/language-server';
import { parseTreeItems, treeMethod, type TreeEntry, type TreeEntryKind } from '../../infrastructure/protocol';
import type { RecentDumps } from './recent-dumps';

/** Commands only the view calls. */
export const TreeCommand = {
  show: 'vaquest.tree.show',
  showMore: 'vaquest.tree.showMore',
} as const;

export type Node =
  | { readonly kind: 'dump'; readonly session: DumpSession; readonly report: string }
  | { readonly kind: 'recent'; readonly file: vscode.Uri }
  | Branch;

/** A node the server gave. `extra` holds the ids of the further parts of its list that were asked for. */
export interface Branch {
  readonly kind: 'branch';
  readonly report: string;
  readonly entry: TreeEntry;
  readonly parent: Node;
  readonly extra: string[];
}

const icons: Readonly<Record<TreeEntryKind, string>> = {
  report: 'bug',
  log: 'output',
  stack: 'debug-stackframe',
  cpu: 'chip',
  frame: 'debug-stackframe-dot',
  group: 'folder',
  task: 'symbol-event',
  waits: 'type-hierarchy',
  module: 'extensions',
  page: 'table',
  more: 'ellipsis',
  note: 'info',
};

export class DumpTreeProvider implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<Node | undefined>();
  readonly onDidChangeTreeData = this.changed.event;

  constructor(
    private readonly sessions: DumpSessions,
    private readonly server: LanguageServer,
    private readonly recent: RecentDumps,
  ) {}

  refresh(): void {
    this.changed.fire(undefined);
  }

  /** Adds the next part of a long list to its parent. */
  showMore(node: Branch): void {
    if (node.parent.kind === 'branch') {
      node.parent.extra.push(node.entry.id);
      this.changed.fire(node.parent);
    }
  }

  getTreeItem(node: Node): vscode.TreeItem {
    switch (node.kind) {
      case 'dump':
        return dumpItem(node.session, node.report);
      case 'recent':
        return recentItem(node.file);
      case 'branch':
        return branchItem(node);
    }
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (node === undefined) {
      return this.roots();
    }
    if (node.kind === 'recent') {
      return [];
    }
    const first = await this.request(node, node.kind === 'dump' ? '' : node.entry.id);
    if (node.kind === 'dump') {
      return first;
    }
    const all = [...first];
    for (const id of node.extra) {
      all.pop();
      all.push(...(await this.request(node, id)));
    }
    return all;
  }

  dispose(): void {
    this.changed.dispose();
  }

  private roots(): Node[] {
    const open: Node[] = this.sessions.open.flatMap((session) =>
      session.state.kind === 'open' ? [{ kind: 'dump', session, report: session.state.result.uri } as const] : [],
    );
    const files = new Set(this.sessions.open.map((session) => session.file.toString()));
    // Without an open dump and without recent ones the view says how to begin.
    const recent = this.recent.all.filter((item) => !files.has(item));
    return [...open, ...recent.map((item): Node => ({ kind: 'recent', file: vscode.Uri.parse(item) }))];
  }

  private async request(parent: Exclude<Node, { kind: 'recent' }>, id: string): Promise<Branch[]> {
    const client = await this.server.client();
    const answer: unknown = await client.sendRequest(treeMethod, { uri: parent.report, node: id });
    return parseTreeItems(answer).map((entry) => ({ kind: 'branch', report: parent.report, entry, parent, extra: [] }));
  }
}

function dumpItem(session: DumpSession, report: string): vscode.TreeItem {
  const item = new vscode.TreeItem(path.basename(session.file.fsPath), vscode.TreeItemCollapsibleState.Expanded);
  item.id = report;
  item.description = path.dirname(session.file.fsPath);
  item.tooltip = session.file.fsPath;
  item.iconPath = new vscode.ThemeIcon('server-process');
  item.contextValue = 'dump';
  return item;
}

function recentItem(file: vscode.Uri): vscode.TreeItem {
  const item = new vscode.TreeItem(path.basename(file.fsPath), vscode.TreeItemCollapsibleState.None);
  item.id = `recent ${file.toString()}`;
  item.description = vscode.l10n.t('recent · {0}', path.dirname(file.fsPath));
  item.tooltip = file.fsPath;
  item.iconPath = new vscode.ThemeIcon('history');
  item.contextValue = 'recent';
  item.command = { command: Command.openCrashDump, title: vscode.l10n.t('Open'), arguments: [file] };
  return item;
}

function branchItem(node: Branch): vscode.TreeItem {
  const { entry } = node;
  const state = entry.hasChildren ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None;
  const item = new vscode.TreeItem(entry.label, state);
  item.description = entry.description;
  item.iconPath = new vscode.ThemeIcon(icons[entry.kind]);
  item.accessibilityInformation = { label: `${entry.label} ${entry.description}`.trim() };
  item.contextValue = entry.kind;
  if (entry.id !== '') {
    item.id = `${node.report} ${entry.id}`;
  }
  if (entry.kind === 'more') {
    item.command = { command: TreeCommand.showMore, title: entry.label, arguments: [node] };
  } else if (entry.kind === 'waits') {
    item.command = { command: Command.showWaitGraph, title: vscode.l10n.t('Open'), arguments: [node.report] };
  } else if (entry.location !== undefined) {
    item.command = { command: TreeCommand.show, title: vscode.l10n.t('Open'), arguments: [node] };
  }
  return item;
}
