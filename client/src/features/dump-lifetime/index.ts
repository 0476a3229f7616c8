// Keeps a dump open while a tab shows it and for a while after, so that closing a preview costs nothing.
import * as vscode from 'vscode';
import type { FeatureContext } from '../../infrastructure/context';
import type { DumpSession } from '../../infrastructure/dump-session';
import { messageOf } from '../../infrastructure/logging';
import { tabsOf } from '../../infrastructure/show-document';

// Long enough to read source with the report put away; a mapped dump costs address space, little memory.
const lingerMs = 30 * 60 * 1000;

export function activateDumpLifetime({ sessions, log, disposables }: FeatureContext): void {
  const timers = new Map<string, NodeJS.Timeout>();

  const stop = (key: string): void => {
    clearTimeout(timers.get(key));
    timers.delete(key);
  };
  const close = (session: DumpSession): void => {
    timers.delete(session.file.toString());
    log.info(`${session.file.fsPath} is closed, nothing has shown it for 30 minutes`);
    sessions.closeDump(session.file).catch((error: unknown) => {
      log.warn(`closing ${session.file.fsPath}: ${messageOf(error)}`);
    });
  };
  const update = (): void => {
    const open = new Map(sessions.open.map((session) => [session.file.toString(), session]));
    for (const key of [...timers.keys()].filter((item) => !open.has(item))) {
      stop(key);
    }
    for (const [key, session] of open) {
      if (tabsOf(session).length > 0) {
        stop(key);
      } else if (!timers.has(key)) {
        timers.set(
          key,
          setTimeout(() => {
            close(session);
          }, lingerMs),
        );
      }
    }
  };

  disposables.add(vscode.window.tabGroups.onDidChangeTabs(update));
  disposables.add(sessions.onDidChange(update));
  disposables.add({
    dispose: () => {
      for (const key of [...timers.keys()]) {
        stop(key);
      }
    },
  });
}
