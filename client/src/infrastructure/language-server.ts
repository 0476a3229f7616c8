// The server process and the LSP connection to it: started on first need, restarted within a budget.
import * as os from 'node:os';
import * as vscode from 'vscode';
import {
  CloseAction,
  DidChangeConfigurationNotification,
  ErrorAction,
  LanguageClient,
  RevealOutputChannelOn,
  type LanguageClientOptions,
  type Middleware,
} from 'vscode-languageclient/node';
import { messageOf } from './logging';
import { dumpStatusMethod, parseDumpStatus, reportScheme, type DumpStatus } from './protocol';
import { RestartBudget } from './restart-budget';
import { findServerExecutable } from './server-executable';
import { settingOf, toServerSettings, type ServerSettings } from './settings';

// A server that dies more often than this has a cause that another restart does not remove.
const restartLimit = 3;
const restartWindowMs = 3 * 60 * 1000;

// Links made from dump or log text lead into files and generated documents, never to commands or the network.
const linkSchemes: ReadonlySet<string> = new Set(['file', reportScheme]);

/** Owns the language client. */
export class LanguageServer implements vscode.Disposable {
  private current: LanguageClient | undefined;
  private starting: Promise<LanguageClient> | undefined;
  private readonly budget = new RestartBudget(restartLimit, restartWindowMs);
  private readonly crashed = new vscode.EventEmitter<void>();
  private readonly statusChanged = new vscode.EventEmitter<DumpStatus>();

  /** The server process ended without being asked to. */
  readonly onDidCrash = this.crashed.event;
  /** The server said what it found for an open dump. */
  readonly onDidReceiveStatus = this.statusChanged.event;

  constructor(
    private readonly extensionPath: string,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** The running client; starts the server when it is not running. Throws a sentence when it cannot start. */
  client(): Promise<LanguageClient> {
    if (this.current?.isRunning() === true) {
      return Promise.resolve(this.current);
    }
    this.starting ??= this.start().finally(() => {
      this.starting = undefined;
    });
    return this.starting;
  }

  /** Stops the server if it runs, and starts it again. */
  async restart(): Promise<void> {
    this.budget.reset();
    await this.stop();
    await this.client();
  }

  dispose(): void {
    this.crashed.dispose();
    this.statusChanged.dispose();
    void this.stop();
  }

  /** Ends the server and waits until it has ended. */
  private async start(): Promise<LanguageClient> {
    if (this.current !== undefined) {
      // Between a crash and the client's own restart.
      await this.current.start();
      return this.current;
    }
    const configured = vscode.workspace.getConfiguration('vaquest').get<string>('server.path', '');
    const command = await findServerExecutable(this.extensionPath, configured);
    const client = new LanguageClient('vaquest', 'VaQuest', { command, args: ['lsp'] }, this.clientOptions());
    client.onNotification(dumpStatusMethod, (params: unknown) => {
      const status = parseDumpStatus(params);
      if (status !== undefined) {
        this.statusChanged.fire(status);
      }
    });
    this.current = client;
    try {
      await client.start();
    } catch (error) {
      this.current = undefined;
      this.log.error(`starting ${command}: ${messageOf(error)}`);
      throw new Error(vscode.l10n.t('The VaQuest server {0} did not start; the log says why.', command));
    }
    return client;
  }

  async stop(): Promise<void> {
    const client = this.current;
    this.current = undefined;
    if (client?.needsStop() === true) {
      try {
        await client.dispose();
      } catch (error) {
        this.log.warn(`stopping the server: ${messageOf(error)}`);
      }
    }
  }

  private clientOptions(): LanguageClientOptions {
    return {
      documentSelector: [
        { scheme: reportScheme },
        { scheme: 'file', language: 'kernel-oops' },
        { scheme: 'untitled', language: 'kernel-oops' },
      ],
      outputChannel: this.log,
      traceOutputChannel: this.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      diagnosticCollectionName: 'vaquest',
      initializationOptions: () => readServerSettings(),
      initializationFailedHandler: (error) => {
        this.log.error(`initialize: ${messageOf(error)}`);
        return false;
      },
      errorHandler: {
        error: (error, _message, count) => ({
          action: (count ?? 0) <= restartLimit ? ErrorAction.Continue : ErrorAction.Shutdown,
          message: `connection: ${error.message}`,
          handled: true,
        }),
        closed: () => this.closed(),
      },
      stdioOptions: {
        stdout: () => undefined,
        // The server logs through window/logMessage; what reaches stderr comes from the runtime below it.
        stderr: (input: NodeJS.ReadableStream) => {
          input.on('data', (chunk: Buffer) => {
            this.log.debug(`server: ${chunk.toString('utf8').trimEnd()}`);
          });
        },
      },
      middleware: this.middleware(),
    };
  }

  private closed(): { action: CloseAction; handled: boolean } {
    const wasRunning = this.current?.isRunning() === true;
    const isRestarting = wasRunning && this.budget.spend();
    this.log.error(isRestarting ? 'The server ended; it is started again.' : 'The server ended.');
    if (!isRestarting) {
      this.current = undefined;
    }
    if (wasRunning) {
      // Later, because the client still counts as running until this returns.
      setImmediate(() => {
        this.crashed.fire();
      });
    }
    return { action: isRestarting ? CloseAction.Restart : CloseAction.DoNotRestart, handled: true };
  }

  private middleware(): Middleware {
    return {
      workspace: {
        configuration: (params) => {
          const settings = readServerSettings();
          return params.items.map((item) => settingOf(settings, item.section));
        },
        // The server asks for this notification; it gets absolute paths, not what the user wrote.
        didChangeConfiguration: async () => {
          const params = { settings: { vaquest: readServerSettings() } };
          await this.current?.sendNotification(DidChangeConfigurationNotification.type, params);
        },
      },
      window: {
        showDocument: async (params, token, next) =>
          linkSchemes.has(vscode.Uri.parse(params.uri).scheme) ? next(params, token) : { success: false },
      },
      provideDocumentLinks: async (document, token, next) => (await next(document, token))?.filter(isAllowed),
      resolveDocumentLink: async (link, token, next) => {
        const resolved = await next(link, token);
        return resolved && isAllowed(resolved) ? resolved : undefined;
      },
    };
  }
}

/** The effective settings of the window, absolute. */
export function readServerSettings(): ServerSettings {
  const configuration = vscode.workspace.getConfiguration('vaquest');
  const raw = Object.fromEntries(
    ['vmlinux', 'debugDirectories', 'sourceRoots', 'sourceMap', 'ruleFiles', 'inlayHints'].map((key) => [key, configuration.get(key)]),
  );
  const workspaceFolder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  return toServerSettings(raw, { home: os.homedir(), workspaceFolder });
}

function isAllowed(link: vscode.DocumentLink): boolean {
  return link.target === undefined || linkSchemes.has(link.target.scheme);
}
