// Bundles the extension's client into dist/client/extension.js, and the script of its one page with scripts.
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

const shared = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  sourcemap: process.argv.includes('--sourcemap') ? 'linked' : false,
  legalComments: 'none',
  logLevel: 'warning',
};

await build({
  ...shared,
  entryPoints: ['client/src/extension.ts'],
  outfile: 'dist/client/extension.js',
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  external: ['vscode'],
});

// What runs inside the picture of the wait-for graph, in a page of its own.
await build({
  ...shared,
  entryPoints: ['client/webview/wait-graph.ts'],
  outfile: 'dist/client/wait-graph.js',
  platform: 'browser',
  target: 'es2022',
  format: 'iife',
});
