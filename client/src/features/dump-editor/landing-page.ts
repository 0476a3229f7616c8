// The page behind a dump's tab: who the dump is, what it says first, what can be done. Static HTML without scripts.
import type { DumpState } from '../../infrastructure/dump-session';
import { Command } from '../../infrastructure/commands';
import type { DumpStatus, OpenDumpResult } from '../../infrastructure/protocol';
import { command, escapeHtml, formatSize, type Action } from './html';

/** Commands only this page calls. */
export const PageCommand = {
  showReport: 'vaquest.page.showReport',
  showKernelLog: 'vaquest.page.showKernelLog',
  openAgain: 'vaquest.page.openAgain',
  openAsBytes: 'vaquest.page.openAsBytes',
  cancel: 'vaquest.page.cancel',
  close: 'vaquest.page.close',
} as const;

/** All that a click in the page may run. */
export const pageCommands: readonly string[] = [
  ...Object.values(PageCommand),
  Command.selectVmlinux,
  Command.selectSourceFolder,
  Command.showLog,
];

export interface FileIdentity {
  /** Address of the file, as the page's commands send it back. */
  readonly uri: string;
  readonly name: string;
  readonly path: string;
  /** Bytes. */
  readonly size: number | undefined;
  readonly modified: Date | undefined;
}

type Translate = (message: string, ...values: string[]) => string;

/** Renders the whole page; every text that is not ours is escaped. */
export function renderPage(file: FileIdentity, state: DumpState, nonce: string, t: Translate, language: string): string {
  return `<!DOCTYPE html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${nonce}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(file.name)}</title>
<style nonce="${nonce}">${style}</style>
</head>
<body>
<main>
<h1>${escapeHtml(file.name)}</h1>
${renderIdentity(file)}
${renderState(state, t)}
<nav aria-label="${escapeHtml(t('Actions'))}">
${renderActions(actionsFor(file.uri, state, t))}
</nav>
</main>
</body>
</html>`;
}

function renderIdentity(file: FileIdentity): string {
  const parts = [file.path];
  if (file.size !== undefined) {
    parts.push(formatSize(file.size));
  }
  if (file.modified !== undefined) {
    parts.push(`${file.modified.toISOString().slice(0, 16).replace('T', ' ')} UTC`);
  }
  return `<p class="quiet">${parts.map(escapeHtml).join(' · ')}</p>`;
}

function renderState(state: DumpState, t: Translate): string {
  switch (state.kind) {
    case 'opening':
      return `<p role="status">${escapeHtml(t('Opening…'))}</p>`;
    case 'open':
      return renderOpen(state.result, state.status, t);
    case 'failed':
      return `<p role="alert">${escapeHtml(state.message)}</p>`;
    case 'cancelled':
      return `<p role="status">${escapeHtml(t('Opening was cancelled.'))}</p>`;
    case 'closed':
      return `<p role="status">${escapeHtml(t('This dump is closed.'))}</p>`;
    case 'crashed':
      return `<p role="alert">${escapeHtml(
        t('The VaQuest server stopped while it read this dump, so it is not opened again by itself.'),
      )}</p>`;
  }
}

function renderOpen(result: OpenDumpResult, status: DumpStatus | undefined, t: Translate): string {
  const debugInfo = status?.debugInfo ?? result.debugInfo;
  const rows: [string, string][] = [[t('Debug information'), `${debugInfo.state}: ${debugInfo.summary}`]];
  if (status !== undefined) {
    rows.push([t('Source'), `${status.source.state}: ${status.source.summary}`]);
  }
  const { panic } = result;
  if (panic?.function !== undefined) {
    const place = panic.file === undefined ? '' : ` (${panic.file}${panic.line === undefined ? '' : `:${panic.line}`})`;
    rows.unshift([t('Crashed in'), panic.function + place]);
  }
  const message = panic?.message ?? t('The dump holds no panic message.');
  const warnings = result.warnings.map((warning) => `<li>${escapeHtml(warning)}</li>`).join('');
  return `${result.title === '' ? '' : `<p>${escapeHtml(result.title)}</p>`}
<p class="panic" role="status">${escapeHtml(message)}</p>
<dl>${rows.map(([term, value]) => `<dt>${escapeHtml(term)}</dt><dd>${escapeHtml(value)}</dd>`).join('')}</dl>
${warnings === '' ? '' : `<h2>${escapeHtml(t('Warnings'))}</h2><ul>${warnings}</ul>`}`;
}

function actionsFor(uri: string, state: DumpState, t: Translate): Action[] {
  const openAgain: Action = [t('Open Again'), command(PageCommand.openAgain, uri)];
  const showLog: Action = [t('Show Log'), command(Command.showLog)];
  switch (state.kind) {
    case 'opening':
      return [[t('Cancel'), command(PageCommand.cancel, uri)]];
    case 'open':
      return openActions(uri, state.result, state.status, t);
    case 'failed':
      return [...failureActions(uri, state.action, t), openAgain, ...(state.action === null ? [showLog] : [])];
    case 'cancelled':
    case 'closed':
      return [openAgain];
    case 'crashed':
      return [openAgain, showLog];
  }
}

function openActions(uri: string, result: OpenDumpResult, status: DumpStatus | undefined, t: Translate): Action[] {
  const actions: Action[] = [[t('Show Report'), command(PageCommand.showReport, uri)]];
  if (result.logUri !== undefined) {
    actions.push([t('Show Kernel Log'), command(PageCommand.showKernelLog, uri)]);
  }
  if ((status?.debugInfo ?? result.debugInfo).state !== 'matched') {
    actions.push([t('Select vmlinux…'), command(Command.selectVmlinux)]);
  }
  if (status !== undefined && status.source.state !== 'found') {
    actions.push([t('Select Source Folder…'), command(Command.selectSourceFolder)]);
  }
  actions.push([t('Close Crash Dump'), command(PageCommand.close, uri)]);
  return actions;
}

function failureActions(uri: string, action: 'selectVmlinux' | 'openHex' | null, t: Translate): Action[] {
  switch (action) {
    case 'selectVmlinux':
      return [[t('Select vmlinux…'), command(Command.selectVmlinux)]];
    case 'openHex':
      return [[t('Open in Another Editor'), command(PageCommand.openAsBytes, uri)]];
    case null:
      return [];
  }
}

function renderActions(actions: readonly Action[]): string {
  return actions.map(([label, href]) => `<a href="${escapeHtml(href)}">${escapeHtml(label)}</a>`).join('\n');
}

const style = `
body { font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); color: var(--vscode-foreground); }
main { max-width: 60em; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.6em; font-weight: 600; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.1em; }
.quiet { color: var(--vscode-descriptionForeground); overflow-wrap: anywhere; }
.panic, [role=alert] { font-family: var(--vscode-editor-font-family); padding: 0.6em 0.8em; white-space: pre-wrap;
  border-left: 3px solid var(--vscode-editorError-foreground); background: var(--vscode-textBlockQuote-background); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.3em 1.2em; }
dt { color: var(--vscode-descriptionForeground); }
dd { margin: 0; overflow-wrap: anywhere; }
nav { display: flex; flex-wrap: wrap; gap: 0.6em; margin-top: 1.5em; }
nav a { padding: 0.4em 0.9em; border-radius: 2px; text-decoration: none; border: 1px solid var(--vscode-contrastBorder, transparent);
  color: var(--vscode-button-secondaryForeground); background: var(--vscode-button-secondaryBackground); }
nav a:first-child { color: var(--vscode-button-foreground); background: var(--vscode-button-background); }
nav a:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
`;
