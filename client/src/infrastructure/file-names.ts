// Which file names are those of a dump, and which custom editor opens a file.
import * as path from 'node:path';

/** Custom editor for names a dump usually has; VS Code chooses it by itself. */
export const dumpViewType = 'vaquest.crashDump';

/** The same editor offered for every file under Open With…; chosen only when asked for. */
export const anyFileViewType = 'vaquest.anyFile';

const usualNames: readonly RegExp[] = [
  /^vmcore$/i,
  /^vmcore\.(flat|elf|kdump|zst|lzo|snappy)$/i,
  /^vmcore-incomplete$/i,
  /\.vmcore$/i,
  /\.kdump$/i,
];

/** True for the names the manifest claims as crash dumps (a test holds both lists together). */
export function isUsualDumpName(filePath: string): boolean {
  const name = path.posix.basename(filePath);
  return usualNames.some((pattern) => pattern.test(name)) || /\/crash\/(.*\/)?dump\.[0-9][^/]*$/i.test(filePath);
}

/** The custom editor that shows this file, so that each dump has one page however it was opened. */
export function viewTypeFor(filePath: string): string {
  return isUsualDumpName(filePath) ? dumpViewType : anyFileViewType;
}
