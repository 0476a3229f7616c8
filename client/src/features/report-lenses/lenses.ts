// Which actions stand above a generated document.

export type LensAction = 'log' | 'mail' | 'waits';

/**
 * The actions of a document, by its path and its first lines. The verdict, which ends at the first empty line, names the wait-for graph when a hang is
 * behind the crash; a line break may be between its two words.
 */
export function lensesOf(path: string, beginning: string): LensAction[] {
  if (path.endsWith('/waits.crash')) {
    return ['waits'];
  }
  if (!path.endsWith('/report.crash')) {
    return [];
  }
  const verdict = beginning.split(/\r?\n\r?\n/)[0] ?? '';
  return ['log', 'mail', ...(/vaquest\s+waits/.test(verdict) ? (['waits'] as const) : [])];
}
