// Which open dump a command is about.
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { DumpSession } from './dump-session';
import type { DumpSessions } from './dump-sessions';
import { focusedDump } from './show-document';

/** The dump whose document is in front, else the one the user picks; undefined when there is none or the pick is given up. */
export async function chooseOpenDump(sessions: DumpSessions, placeHolder: string): Promise<DumpSession | undefined> {
  const { open } = sessions;
  const focused = focusedDump(open);
  if (focused !== undefined || open.length === 0) {
    return focused;
  }
  const items = open.map((session) => ({
    label: path.basename(session.file.fsPath),
    description: path.dirname(session.file.fsPath),
    session,
  }));
  const chosen = await vscode.window.showQuickPick(items, { placeHolder });
  return chosen?.session;
}
