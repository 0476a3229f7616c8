// The dumps of this window: opens, closes, and keeps each one open while something shows it.
import * as vscode from 'vscode';
import { ExecuteCommandRequest } from 'vscode-languageclient/node';
import type { CrashMemory } from './crash-memory';
import { dumpIdOf, type DumpSession, type DumpState } from './dump-session';
import type { LanguageServer } from './language-server';
import { DisposableStore } from './lifecycle';
import { messageOf } from './logging';
import { requestOpen, type OpenOutcome } from './open-request';
import { ServerCommand, type DumpStatus } from './protocol';

const crashNewsMs = 200;

interface Entry extends DumpSession {
  state: DumpState;
  opening: Promise<DumpSession> | undefined;
  cancel: vscode.CancellationTokenSource | undefined;
}

/** The dumps of this window, by file. */
export class DumpSessions implements vscode.Disposable {
  private readonly entries = new Map<string, Entry>();
  private readonly statuses = new Map<string, DumpStatus>();
  private readonly disposables = new DisposableStore();
  private readonly changed = this.disposables.add(new vscode.EventEmitter<DumpSession>());

  /** A dump changed its state, or more became known of an open one. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly server: LanguageServer,
    private readonly memory: CrashMemory,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.disposables.add(server.onDidReceiveStatus((status) => { this.receive(status); }));
    this.disposables.add(server.onDidCrash(() => { this.serverCrashed(); }));
  }

  /** Dumps that are open now. */
  get open(): readonly DumpSession[] {
    return [...this.entries.values()].filter((entry) => entry.state.kind === 'open');
  }

  /** Opens again what failed for want of the right vmlinux. */
  async retryWithDebugInfo(): Promise<void> {
    const waiting = [...this.entries.values()].filter(
      ({ state }) => state.kind === 'failed' && state.action === 'selectVmlinux',
    );
    await Promise.all(waiting.map((entry) => this.openDump(entry.file, false)));
  }

  find(file: vscode.Uri): DumpSession | undefined {
    return this.entries.get(file.toString());
  }

  /** The open dump a generated document belongs to. */
  findByDocument(document: vscode.Uri): DumpSession | undefined {
    const id = dumpIdOf(document);
    return id === undefined ? undefined : this.open.find((session) => idOf(session) === id);
  }

  /**
   * Opens a dump, or answers the one already open. With `isAutomatic`, a dump on which the server died before is left
   * alone until somebody asks for it.
   */
  openDump(file: vscode.Uri, isAutomatic: boolean): Promise<DumpSession> {
    const entry = this.entryFor(file);
    if (entry.state.kind === 'open') {
      return Promise.resolve(entry);
    }
    if (isAutomatic && this.memory.has(file.toString())) {
      this.setState(entry, { kind: 'crashed' });
      return Promise.resolve(entry);
    }
    entry.opening ??= this.startOpening(entry).finally(() => {
      entry.opening = undefined;
    });
    return entry.opening;
  }

  /** Closes a dump, or stops opening it. */
  async closeDump(file: vscode.Uri): Promise<void> {
    const entry = this.entries.get(file.toString());
    entry?.cancel?.cancel();
    if (entry?.state.kind !== 'open') {
      return;
    }
    const { uri } = entry.state.result;
    this.statuses.delete(uri);
    this.setState(entry, { kind: 'closed' });
    const client = await this.server.client();
    await client.sendRequest(ExecuteCommandRequest.type, { command: ServerCommand.closeDump, arguments: [uri] });
  }

  /** Starts the server anew and opens what was open. */
  async restart(): Promise<void> {
    const files = this.open.map((session) => session.file);
    for (const session of this.open) {
      this.setState(this.entryFor(session.file), { kind: 'closed' });
    }
    await this.server.restart();
    await Promise.all(files.map((file) => this.openDump(file, true)));
  }

  dispose(): void {
    for (const entry of this.entries.values()) {
      entry.cancel?.cancel();
      entry.cancel?.dispose();
    }
    this.disposables.dispose();
  }

  private async startOpening(entry: Entry): Promise<DumpSession> {
    const source = new vscode.CancellationTokenSource();
    entry.cancel = source;
    this.setState(entry, { kind: 'opening' });
    const outcome = await this.request(entry.file, source);
    entry.cancel = undefined;
    source.dispose();
    if (outcome.kind === 'lost') {
      // The news of a crash comes a moment after the request broke, and knows more.
      await new Promise((resolve) => setTimeout(resolve, crashNewsMs));
    }
    if (entry.state.kind === 'opening') {
      this.setState(entry, this.stateAfter(outcome));
    }
    if (entry.state.kind === 'open') {
      await this.memory.delete(entry.file.toString());
    }
    return entry;
  }

  private async request(file: vscode.Uri, source: vscode.CancellationTokenSource): Promise<OpenOutcome> {
    try {
      return await requestOpen(await this.server.client(), file, source);
    } catch (error) {
      return { kind: 'failed', message: messageOf(error), action: null };
    }
  }

  private stateAfter(outcome: OpenOutcome): DumpState {
    if (outcome.kind === 'lost') {
      return { kind: 'cancelled' };
    }
    if (outcome.kind === 'opened') {
      return { kind: 'open', result: outcome.result, status: this.statuses.get(outcome.result.uri) };
    }
    if (outcome.kind === 'failed') {
      this.log.warn(outcome.message);
    }
    return outcome;
  }

  // The status of a dump may arrive before the answer that names it.
  private receive(status: DumpStatus): void {
    this.statuses.set(status.uri, status);
    for (const entry of this.entries.values()) {
      if (entry.state.kind === 'open' && entry.state.result.uri === status.uri) {
        this.setState(entry, { ...entry.state, status });
      }
    }
  }

  // What was being opened is to blame; without such a dump, any open one may be.
  private serverCrashed(): void {
    const entries = [...this.entries.values()];
    const opening = entries.filter((entry) => entry.state.kind === 'opening');
    const open = entries.filter((entry) => entry.state.kind === 'open');
    for (const entry of opening.length > 0 ? opening : open) {
      this.memory.add(entry.file.toString()).then(undefined, (error: unknown) => {
        this.log.warn(`remembering a crash: ${messageOf(error)}`);
      });
    }
    for (const entry of [...opening, ...open]) {
      this.setState(entry, { kind: 'crashed' });
    }
    this.statuses.clear();
  }

  private entryFor(file: vscode.Uri): Entry {
    const known = this.entries.get(file.toString());
    if (known !== undefined) {
      return known;
    }
    const entry: Entry = { file, state: { kind: 'closed' }, opening: undefined, cancel: undefined };
    this.entries.set(file.toString(), entry);
    return entry;
  }

  private setState(entry: Entry, state: DumpState): void {
    entry.state = state;
    const hasOpen = this.open.length > 0;
    vscode.commands.executeCommand('setContext', 'vaquest.dumpOpen', hasOpen).then(undefined, () => undefined);
    this.changed.fire(entry);
  }
}

function idOf(session: DumpSession): string | undefined {
  return session.state.kind === 'open' ? dumpIdOf(vscode.Uri.parse(session.state.result.uri)) : undefined;
}
