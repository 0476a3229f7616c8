// Sends `vaquest.openDump` and shows its progress, with a cancel button, once it takes noticeable time.
import { randomUUID } from 'node:crypto';
import * as path from 'node:path';
import * as vscode from 'vscode';
import {
  ErrorCodes,
  ExecuteCommandRequest,
  ResponseError,
  WorkDoneProgress,
  type LanguageClient,
} from 'vscode-languageclient/node';
import { messageOf } from './logging';
import { parseFailureAction, parseOpenDumpResult, ServerCommand, type FailureAction, type OpenDumpResult } from './protocol';

// Most dumps open faster than this, and a notification that flashes is noise.
const quietMs = 400;

export type OpenOutcome =
  | { readonly kind: 'opened'; readonly result: OpenDumpResult }
  | { readonly kind: 'cancelled' }
  /** The server ended, or was ended, before it answered. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'failed'; readonly message: string; readonly action: FailureAction };

type Report = (message: string | undefined, percentage: number | undefined) => void;

/** Opens `file`; `source` cancels it. Never throws on what the server answers. */
export async function requestOpen(
  client: LanguageClient,
  file: vscode.Uri,
  source: vscode.CancellationTokenSource,
): Promise<OpenOutcome> {
  let report: Report = () => undefined;
  const outcome = send(client, file, source.token, (message, percentage) => {
    report(message, percentage);
  });
  const isQuick = await Promise.race([outcome.then(() => true), delay(quietMs).then(() => false)]);
  if (!isQuick) {
    await showProgress(file, source, outcome, (shown) => {
      report = shown;
    });
  }
  return outcome;
}

async function send(
  client: LanguageClient,
  file: vscode.Uri,
  token: vscode.CancellationToken,
  report: Report,
): Promise<OpenOutcome> {
  const workDoneToken = randomUUID();
  const progress = client.onProgress(WorkDoneProgress.type, workDoneToken, (value) => {
    if (value.kind !== 'end') {
      report(value.message, value.percentage);
    }
  });
  try {
    const params = { command: ServerCommand.openDump, arguments: [file.fsPath], workDoneToken };
    const answer: unknown = await client.sendRequest(ExecuteCommandRequest.type, params, token);
    const result = parseOpenDumpResult(answer);
    if (token.isCancellationRequested) {
      // The dump opened before the server saw the cancel: what the user asked for counts.
      const close = { command: ServerCommand.closeDump, arguments: [result.uri] };
      await client.sendRequest(ExecuteCommandRequest.type, close);
      return { kind: 'cancelled' };
    }
    return { kind: 'opened', result };
  } catch (error) {
    if (token.isCancellationRequested) {
      return { kind: 'cancelled' };
    }
    if (error instanceof ResponseError && error.code === ErrorCodes.PendingResponseRejected) {
      return { kind: 'lost' };
    }
    const action = error instanceof ResponseError ? parseFailureAction(error.data) : null;
    return { kind: 'failed', message: messageOf(error), action };
  } finally {
    progress.dispose();
  }
}

async function showProgress(
  file: vscode.Uri,
  source: vscode.CancellationTokenSource,
  outcome: Promise<OpenOutcome>,
  connect: (report: Report) => void,
): Promise<void> {
  const title = vscode.l10n.t('Opening {0}', path.basename(file.fsPath));
  await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (progress, token) => {
      let done = 0;
      connect((message, percentage) => {
        const increment = percentage === undefined ? 0 : Math.max(0, percentage - done);
        done += increment;
        progress.report({ ...(message === undefined ? {} : { message }), increment });
      });
      token.onCancellationRequested(() => {
        source.cancel();
      });
      await outcome;
    },
  );
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
