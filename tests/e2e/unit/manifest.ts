// The manifest of the extension, as far as tests read it.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface Manifest {
  readonly activationEvents: readonly string[];
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category: string }[];
    readonly customEditors: readonly {
      readonly viewType: string;
      readonly priority: string;
      readonly selector: readonly { readonly filenamePattern: string }[];
    }[];
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly scope: string }>> };
    readonly languages: readonly { readonly id: string; readonly firstLine?: string }[];
    readonly grammars: readonly { readonly path: string }[];
  };
}

export const root = process.cwd();

export function readText(relativePath: string): string {
  return readFileSync(path.join(root, relativePath), 'utf8');
}

export const manifest = JSON.parse(readText('package.json')) as Manifest;

/** Every TypeScript source of the client with its text. */
export function clientSources(): { file: string; text: string }[] {
  return readdirSync(path.join(root, 'client/src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ({ file, text: readText(path.join('client/src', file)) }));
}
