// Status items about the dump whose document is in front.
import * as vscode from 'vscode';
import type { FeatureContext } from './context';
import type { DumpSession } from './dump-session';
import { reportScheme } from './protocol';

/** What a status item says, and the command it offers. */
export interface StatusText {
  readonly text: string;
  readonly detail: string;
  readonly isWarning: boolean;
  readonly action?: { readonly title: string; readonly command: string };
}

/** The items of the language status, by id. */
export class StatusBoard {
  private readonly shown = new Map<string, StatusText>();

  /** What each item says now. */
  get texts(): Readonly<Record<string, StatusText>> {
    return Object.fromEntries(this.shown);
  }

  /** Makes an item that says what `textOf` answers for the dump of the active document, now and whenever either changes. */
  add(id: string, name: string, { sessions, disposables }: FeatureContext, textOf: (session: DumpSession) => StatusText | undefined): void {
    const item = disposables.add(vscode.languages.createLanguageStatusItem(`vaquest.${id}`, { scheme: reportScheme }));
    item.name = name;
    const update = (): void => {
      const document = vscode.window.activeTextEditor?.document.uri;
      const session = document === undefined ? undefined : sessions.findByDocument(document);
      const status = session === undefined ? undefined : textOf(session);
      if (status !== undefined) {
        this.shown.set(id, status);
        show(item, status);
      }
    };
    disposables.add(vscode.window.onDidChangeActiveTextEditor(update));
    disposables.add(sessions.onDidChange(update));
    update();
  }
}

/** Joins the parts of a detail that are not empty. */
export function detailOf(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' · ');
}

function show(item: vscode.LanguageStatusItem, { text, detail, isWarning, action }: StatusText): void {
  item.text = text;
  item.detail = detail;
  item.severity = isWarning ? vscode.LanguageStatusSeverity.Warning : vscode.LanguageStatusSeverity.Information;
  item.command = action === undefined ? undefined : { title: action.title, command: action.command };
}
