// Shows who waits for whom in an open dump as a picture whose boxes are links.
import { randomBytes } from 'node:crypto';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { chooseOpenDump } from '../../infrastructure/choose-dump';
import { Command } from '../../infrastructure/commands';
import type { FeatureContext } from '../../infrastructure/context';
import type { DumpSession } from '../../infrastructure/dump-session';
import { messageOf } from '../../infrastructure/logging';
import { parseWaitGraph, waitGraphMethod, type GraphLocation, type WaitGraph } from '../../infrastructure/wait-graph';
import { locationOf, parsePageMessage, showMessage } from './messages';
import { renderGraphPage } from './page';

const viewType = 'vaquest.waitGraph';

/** One panel for each dump, as long as it is open. */
class GraphPanel implements vscode.Disposable {
  private graph: WaitGraph | undefined;

  constructor(
    private readonly context: FeatureContext,
    private readonly session: DumpSession,
    readonly panel: vscode.WebviewPanel,
  ) {
    const { webview } = panel;
    const nonce = randomBytes(16).toString('hex');
    const script = webview.asWebviewUri(scriptOf(context)).toString();
    webview.onDidReceiveMessage((message: unknown) => {
      this.receive(message).then(undefined, (error: unknown) => {
        void vscode.window.showErrorMessage(messageOf(error));
      });
    });
    webview.html = renderGraphPage({ nonce, script, language: vscode.env.language }, vscode.l10n.t);
  }

  /** Asks the server and has the page draw its answer. */
  async draw(): Promise<void> {
    if (this.session.state.kind !== 'open') {
      return;
    }
    const client = await this.context.server.client();
    this.graph = parseWaitGraph(await client.sendRequest(waitGraphMethod, { uri: this.session.state.result.uri }));
    if (this.graph !== undefined) {
      await this.panel.webview.postMessage(showMessage(this.graph));
    }
  }

  dispose(): void {
    this.panel.dispose();
  }

  private async receive(value: unknown): Promise<void> {
    const message = parsePageMessage(value);
    if (message?.type === 'ready') {
      await this.draw();
    } else if (message?.type === 'text' && this.graph?.textUri !== undefined) {
      await this.open({ uri: this.graph.textUri, line: 0, character: 0 });
    } else if (message?.type === 'follow') {
      const location = locationOf(this.graph, message.node, message.link);
      if (location !== undefined) {
        await this.open(location);
      }
    }
  }

  // Beside the picture, which is what the user goes back to.
  private async open({ uri, line, character }: GraphLocation): Promise<void> {
    const position = new vscode.Position(line, character);
    const selection = new vscode.Range(position, position);
    await vscode.window.showTextDocument(vscode.Uri.parse(uri), { selection, viewColumn: vscode.ViewColumn.Beside, preview: true });
  }
}

export function activateWaitGraph(context: FeatureContext): void {
  const { sessions, disposables, log } = context;
  const panels = new Map<string, GraphPanel>();

  disposables.add(
    vscode.commands.registerCommand(Command.showWaitGraph, async (report: unknown) => {
      const named = typeof report === 'string' ? sessions.findByDocument(vscode.Uri.parse(report)) : undefined;
      const session = named ?? (await chooseOpenDump(sessions, vscode.l10n.t('Choose the dump whose waits to show')));
      if (session?.state.kind !== 'open') {
        return;
      }
      const key = session.file.toString();
      const known = panels.get(key);
      if (known !== undefined) {
        known.panel.reveal();
        return;
      }
      const panel = vscode.window.createWebviewPanel(
        viewType,
        vscode.l10n.t('Waits: {0}', path.basename(session.file.fsPath)),
        vscode.ViewColumn.Active,
        { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(context.extension.extensionUri, 'dist', 'client')] },
      );
      panels.set(key, new GraphPanel(context, session, panel));
      panel.onDidDispose(() => panels.delete(key));
    }),
  );
  // A dump that was read again has other waits' documents; one that was closed has none.
  disposables.add(
    sessions.onDidChange((session) => {
      const panel = panels.get(session.file.toString());
      if (session.state.kind === 'open') {
        panel?.draw().then(undefined, (error: unknown) => {
          log.warn(`drawing waits: ${messageOf(error)}`);
        });
      } else {
        panel?.dispose();
      }
    }),
  );
  disposables.add({
    dispose: () => {
      for (const panel of [...panels.values()]) {
        panel.dispose();
      }
    },
  });
}

function scriptOf({ extension }: FeatureContext): vscode.Uri {
  return vscode.Uri.joinPath(extension.extensionUri, 'dist', 'client', 'wait-graph.js');
}
