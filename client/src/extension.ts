// Entry point of the extension: wires infrastructure and features, nothing else.
import type * as vscode from 'vscode';
import { createApi, type VaQuestApi } from './infrastructure/api';
import type { FeatureContext } from './infrastructure/context';
import { CrashMemory } from './infrastructure/crash-memory';
import { DumpSessions } from './infrastructure/dump-sessions';
import { LanguageServer } from './infrastructure/language-server';
import { DisposableStore } from './infrastructure/lifecycle';
import { createLog } from './infrastructure/logging';
import { StatusBoard } from './infrastructure/status';
import { activateDebugInformation } from './features/debug-information';
import { activateDumpCommands } from './features/dump-commands';
import { activateDumpEditor } from './features/dump-editor';
import { activateDumpLifetime } from './features/dump-lifetime';
import { activateDumpTree } from './features/dump-tree';
import { activateKernelLog } from './features/kernel-log';
import { activateMailReport } from './features/mail-report';
import { activateServerControl } from './features/server-control';
import { activateSourceFolders } from './features/source-folders';
import { activateSourceValues } from './features/source-values';
import { activateWaitGraph } from './features/wait-graph';
import { activateReportLenses } from './features/report-lenses';

let running: LanguageServer | undefined;

export function activate(extension: vscode.ExtensionContext): VaQuestApi {
  const disposables = new DisposableStore();
  extension.subscriptions.push(disposables);
  const log = disposables.add(createLog());
  const server = disposables.add(new LanguageServer(extension.extensionPath, log));
  const sessions = disposables.add(new DumpSessions(server, new CrashMemory(extension.workspaceState), log));
  const statuses = new StatusBoard();
  running = server;

  const context: FeatureContext = { extension, log, server, sessions, statuses, disposables };
  activateServerControl(context);
  activateDumpEditor(context);
  activateDumpCommands(context);
  activateDumpLifetime(context);
  activateDebugInformation(context);
  activateSourceFolders(context);
  activateSourceValues(context);
  activateDumpTree(context);
  activateMailReport(context);
  activateWaitGraph(context);
  activateReportLenses(context);
  activateKernelLog(context);
  return createApi(server, sessions, statuses);
}

export async function deactivate(): Promise<void> {
  await running?.stop();
}
