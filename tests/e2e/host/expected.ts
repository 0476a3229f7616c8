// What is true of the dump under test, as its truth.json says.
import { readFileSync } from 'node:fs';
import path from 'node:path';

export interface ExpectedFrame {
  readonly function: string;
  readonly module?: string;
  readonly file?: string;
  readonly line?: number;
  readonly kind: string;
}

export interface Expected {
  readonly folder: string;
  readonly isSample: boolean;
  readonly hasLog: boolean;
  readonly panicMessage: string;
  readonly function: string;
  /** The file on this machine. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly frames: readonly ExpectedFrame[];
  readonly truthPrefix: string;
}

export const folder = process.env.VAQUEST_E2E_FOLDER ?? '';
export const expected = JSON.parse(readFileSync(path.join(folder, 'text', 'expected.json'), 'utf8')) as Expected;
