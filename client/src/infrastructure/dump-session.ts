// One dump as the user sees it: being opened, open, or not open with the reason.
import type { Uri } from 'vscode';
import type { DumpStatus, FailureAction, OpenDumpResult } from './protocol';

export type DumpState =
  | { readonly kind: 'opening' }
  | { readonly kind: 'open'; readonly result: OpenDumpResult; readonly status: DumpStatus | undefined }
  | { readonly kind: 'failed'; readonly message: string; readonly action: FailureAction }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'closed' }
  /** The server ended while it read this dump, now or in an earlier session. */
  | { readonly kind: 'crashed' };

export interface DumpSession {
  /** The file. */
  readonly file: Uri;
  readonly state: DumpState;
}

/** The opaque id in `vaquest:/<id>/…` shared by the documents of one dump; undefined for another address. */
export function dumpIdOf(uri: { readonly scheme: string; readonly path: string }): string | undefined {
  return uri.scheme === 'vaquest' ? /^\/?([^/]+)\//.exec(uri.path)?.[1] : undefined;
}
