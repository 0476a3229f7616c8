// The one output channel of the extension.
import * as vscode from 'vscode';

/** Creates the channel `VaQuest`; its level is the user's, set with Developer: Set Log Level…. */
export function createLog(): vscode.LogOutputChannel {
  return vscode.window.createOutputChannel('VaQuest', { log: true });
}

/** The message of anything that was thrown, for people. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
