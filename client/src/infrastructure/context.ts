// What every feature is given.
import type * as vscode from 'vscode';
import type { DumpSessions } from './dump-sessions';
import type { LanguageServer } from './language-server';
import type { DisposableStore } from './lifecycle';
import type { StatusBoard } from './status';

export interface FeatureContext {
  readonly extension: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly server: LanguageServer;
  readonly sessions: DumpSessions;
  readonly statuses: StatusBoard;
  /** Disposed with the extension. */
  readonly disposables: DisposableStore;
}
