// Wire types of what VaQuest adds to LSP, and the checks they pass before the client believes them.

/** Commands the server executes through `workspace/executeCommand`. */
export const ServerCommand = {
  openDump: 'vaquest.openDump',
  closeDump: 'vaquest.closeDump',
} as const;

/** Notification server to client: debug information or source of an open dump were found, or changed. */
export const dumpStatusMethod = 'vaquest/dumpStatus';

/** Request client to server: the frames of the panic stack, for tests and tools. */
export const framesMethod = 'vaquest/frames';

/** Request client to server: the children of a node of a dump's tree. */
export const treeMethod = 'vaquest/tree';

/** Request client to server: the report of an open dump as a plain mail. */
export const mailReportMethod = 'vaquest/mailReport';

/** Scheme of the documents the server generates. */
export const reportScheme = 'vaquest';

export type DebugInfoState = 'matched' | 'partial' | 'missing';
export type SourceState = 'found' | 'missing' | 'otherVersion';
export type FailureAction = 'selectVmlinux' | 'openHex' | null;

export interface DebugInfo {
  readonly state: DebugInfoState;
  readonly summary: string;
  readonly detail: string;
}

export interface SourceInfo {
  readonly state: SourceState;
  readonly summary: string;
  readonly detail: string;
  /** Directory the kernel was compiled in, as its debug information says; empty when unknown. */
  readonly compDir: string;
}

export interface PanicInfo {
  readonly message: string;
  readonly function: string | undefined;
  readonly file: string | undefined;
  /** 1-based line in `file`. */
  readonly line: number | undefined;
}

/** Answer of {@link ServerCommand.openDump}. */
export interface OpenDumpResult {
  readonly uri: string;
  readonly title: string;
  readonly logUri: string | undefined;
  readonly debugInfo: DebugInfo;
  readonly panic: PanicInfo | undefined;
  readonly warnings: readonly string[];
}

/** Parameters of {@link dumpStatusMethod}. */
export interface DumpStatus {
  readonly uri: string;
  readonly debugInfo: DebugInfo;
  readonly source: SourceInfo;
}

export interface Frame {
  readonly index: number;
  readonly function: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly resolved: boolean;
}

/** Answer of {@link framesMethod}. */
export interface FramesResult {
  readonly frames: readonly Frame[];
}

const treeEntryKinds = ['report', 'log', 'stack', 'cpu', 'frame', 'group', 'task', 'waits', 'module', 'page', 'more', 'note'] as const;

export type TreeEntryKind = (typeof treeEntryKinds)[number];

/** A node of {@link treeMethod}. */
export interface TreeEntry {
  /** Asks for the children; empty when there are none. */
  readonly id: string;
  readonly kind: TreeEntryKind;
  readonly label: string;
  readonly description: string;
  readonly hasChildren: boolean;
  /** What a click shows; 0-based. */
  readonly location: { readonly uri: string; readonly line: number; readonly character: number } | undefined;
}

/** Reads the answer to {@link treeMethod}; what is no node is left out. */
export function parseTreeItems(value: unknown): TreeEntry[] {
  const items = asRecord(value)?.items;
  return Array.isArray(items) ? items.flatMap(parseTreeItem) : [];
}

function parseTreeItem(value: unknown): TreeEntry[] {
  const record = asRecord(value);
  const label = text(record?.label);
  if (record === undefined || label === undefined) {
    return [];
  }
  return [
    {
      id: text(record.id) ?? '',
      kind: treeEntryKinds.find((kind) => kind === record.kind) ?? 'note',
      label,
      description: text(record.description) ?? '',
      hasChildren: record.hasChildren === true && text(record.id) !== undefined,
      location: parseLocation(record.location),
    },
  ];
}

// Only files and generated documents: a tree never leads to the network or a command.
function parseLocation(value: unknown): TreeEntry['location'] {
  const record = asRecord(value);
  const uri = text(record?.uri);
  const start = asRecord(asRecord(record?.range)?.start);
  if (uri === undefined || !/^(file|vaquest):/.test(uri)) {
    return undefined;
  }
  return { uri, line: count(start?.line), character: count(start?.character) };
}

function count(value: unknown): number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : 0;
}

/** Answer of {@link mailReportMethod}. */
export interface MailReportResult {
  readonly text: string;
}

/** Reads the answer to `vaquest.openDump`; throws a sentence when it is not one. */
export function parseOpenDumpResult(value: unknown): OpenDumpResult {
  const record = asRecord(value);
  const uri = text(record?.uri);
  if (record === undefined || uri === undefined) {
    throw new Error('The VaQuest server answered without the address of a report; its log says more.');
  }
  return {
    uri,
    title: text(record.title) ?? '',
    logUri: text(record.logUri),
    debugInfo: parseDebugInfo(record.debugInfo),
    panic: parsePanic(record.panic),
    warnings: Array.isArray(record.warnings) ? record.warnings.filter((item) => typeof item === 'string') : [],
  };
}

/** Reads a `vaquest/dumpStatus` notification; undefined when it names no dump. */
export function parseDumpStatus(value: unknown): DumpStatus | undefined {
  const record = asRecord(value);
  const uri = text(record?.uri);
  if (record === undefined || uri === undefined) {
    return undefined;
  }
  return { uri, debugInfo: parseDebugInfo(record.debugInfo), source: parseSource(record.source) };
}

/** Reads the `data` of a failed `vaquest.openDump`: the one action that helps, if there is one. */
export function parseFailureAction(data: unknown): FailureAction {
  const action = asRecord(data)?.action;
  return action === 'selectVmlinux' || action === 'openHex' ? action : null;
}

function parseDebugInfo(value: unknown): DebugInfo {
  const record = asRecord(value);
  const state = record?.state;
  return {
    state: state === 'matched' || state === 'partial' ? state : 'missing',
    summary: text(record?.summary) ?? '',
    detail: text(record?.detail) ?? '',
  };
}

function parseSource(value: unknown): SourceInfo {
  const record = asRecord(value);
  const state = record?.state;
  return {
    state: state === 'found' || state === 'otherVersion' ? state : 'missing',
    summary: text(record?.summary) ?? '',
    detail: text(record?.detail) ?? '',
    compDir: text(record?.compDir) ?? '',
  };
}

function parsePanic(value: unknown): PanicInfo | undefined {
  const record = asRecord(value);
  const message = text(record?.message);
  if (record === undefined || message === undefined) {
    return undefined;
  }
  const line = record.line;
  return {
    message,
    function: text(record.function),
    file: text(record.file),
    line: typeof line === 'number' && Number.isInteger(line) && line > 0 ? line : undefined,
  };
}

function asRecord(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
