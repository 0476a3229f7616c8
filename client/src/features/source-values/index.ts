// The source files of crashed stacks: values of variables as hovers and as hints, and which frame a line is as a lens above it.
import * as path from 'node:path';
import * as vscode from 'vscode';
import { CodeLensRequest, HoverRequest, InlayHintRequest } from 'vscode-languageclient/node';
import type { FeatureContext } from '../../infrastructure/context';
import { framesMethod, type FramesResult } from '../../infrastructure/protocol';

/**
 * Source files are never synchronised with the server, so the providers are for exactly the files of open dumps and go away with them: other
 * C files keep to themselves.
 */
export function activateSourceValues(context: FeatureContext): void {
  const { sessions, server, log, disposables } = context;
  const changed = disposables.add(new vscode.EventEmitter<void>());
  let registered: vscode.Disposable | undefined;
  let known = '';
  disposables.add({
    dispose: () => {
      registered?.dispose();
    },
  });

  const register = (files: readonly string[]): void => {
    if (known !== files.join('\0')) {
      known = files.join('\0');
      registered?.dispose();
      registered = files.length === 0 ? undefined : registerProviders(context, files.map(selectorOf), changed.event);
    }
    changed.fire();
  };
  const update = async (): Promise<void> => {
    const reports = sessions.open.flatMap(({ state }) => (state.kind === 'open' ? [state.result.uri] : []));
    if (reports.length === 0) {
      register([]);
      return;
    }
    const client = await server.client();
    const answers = await Promise.all(reports.map((uri) => client.sendRequest<FramesResult | null>(framesMethod, { uri })));
    const frames = answers.flatMap((answer) => answer?.frames ?? []);
    register([...new Set(frames.flatMap((frame) => (frame.resolved && frame.file !== undefined ? [frame.file] : [])))].sort());
  };
  disposables.add(
    sessions.onDidChange(() => {
      update().catch((error: unknown) => {
        log.debug(`frames of open dumps: ${String(error)}`);
      });
    }),
  );
  disposables.add(
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('vaquest.inlayHints')) {
        changed.fire();
      }
    }),
  );
}

function registerProviders({ server }: FeatureContext, files: vscode.DocumentFilter[], changed: vscode.Event<void>): vscode.Disposable {
  // The server reads what is on disk: in a text that was edited its lines would be others.
  const hovers = vscode.languages.registerHoverProvider(files, {
    provideHover: async (document, position, token) => {
      if (document.isDirty) {
        return undefined;
      }
      const client = await server.client();
      const converter = client.code2ProtocolConverter;
      const params = { textDocument: converter.asTextDocumentIdentifier(document), position: converter.asPosition(position) };
      return client.protocol2CodeConverter.asHover(await client.sendRequest(HoverRequest.type, params, token));
    },
  });
  const hints = vscode.languages.registerInlayHintsProvider(files, {
    onDidChangeInlayHints: changed,
    provideInlayHints: async (document, range, token) => {
      if (document.isDirty || !vscode.workspace.getConfiguration('vaquest').get<boolean>('inlayHints', true)) {
        return [];
      }
      const client = await server.client();
      const converter = client.code2ProtocolConverter;
      const params = { textDocument: converter.asTextDocumentIdentifier(document), range: converter.asRange(range) };
      return client.protocol2CodeConverter.asInlayHints(await client.sendRequest(InlayHintRequest.type, params, token), token);
    },
  });
  const lenses = vscode.languages.registerCodeLensProvider(files, {
    onDidChangeCodeLenses: changed,
    provideCodeLenses: async (document, token) => {
      if (document.isDirty) {
        return [];
      }
      const client = await server.client();
      const params = { textDocument: client.code2ProtocolConverter.asTextDocumentIdentifier(document) };
      return client.protocol2CodeConverter.asCodeLenses(await client.sendRequest(CodeLensRequest.type, params, token), token);
    },
  });
  return vscode.Disposable.from(hovers, hints, lenses);
}

/** Exactly one file: characters with a meaning in patterns lose it. */
function selectorOf(file: string): vscode.DocumentFilter {
  const name = path.basename(file).replace(/[[\]{}*?]/g, (character) => (character === ']' ? character : `[${character}]`));
  return { scheme: 'file', pattern: new vscode.RelativePattern(vscode.Uri.file(path.dirname(file)), name) };
}
