// Runs tests/e2e/host inside a real extension host: VS Code's own server with its test driver, opened in the browser.
import { mkdirSync, readFileSync, rmSync, existsSync } from 'node:fs';
import path from 'node:path';
import { freePort, startServer } from '../../../scripts/lib/code-server.mjs';
import { root } from '../../../scripts/lib/run.mjs';
import { viewport } from './browser.mjs';

const limitMs = 180_000;

/**
 * @param {{codeServer: {node: string, serverMain: string}, browser: import('playwright-core').Browser, folder: string,
 *          entry: string, output: string, name: string}} options
 * @returns {Promise<{name: string, error?: string, skipped?: string, milliseconds: number}[]>}
 */
export async function runInHost({ codeServer, browser, folder, entry, output, name }) {
  const profile = path.join(output, 'profiles', `host-${name}`);
  const resultFile = path.join(output, `host-${name}.json`);
  rmSync(profile, { recursive: true, force: true });
  rmSync(resultFile, { force: true });
  mkdirSync(profile, { recursive: true });
  const port = await freePort();
  process.env.VAQUEST_E2E_RESULTS = resultFile;
  process.env.VAQUEST_E2E_FOLDER = folder;
  const server = await startServer(codeServer.node, [
    codeServer.serverMain, '--host', '127.0.0.1', '--port', String(port), '--without-connection-token', '--accept-server-license-terms',
    '--enable-smoke-test-driver', '--disable-workspace-trust', '--telemetry-level', 'off',
    '--server-data-dir', profile, '--extensions-dir', path.join(profile, 'extensions'),
  ], port);
  const context = await browser.newContext({ viewport });
  try {
    const page = await context.newPage();
    const lines = [];
    let exit;
    const exited = new Promise((resolve) => {
      exit = resolve;
    });
    await page.exposeFunction('codeAutomationLog', (_level, args) => lines.push(args.join(' ')));
    await page.exposeFunction('codeAutomationExit', (code) => exit(code));
    await page.goto(address(server.address, port, folder, entry));
    const timeout = new Promise((resolve) => setTimeout(resolve, limitMs, 'timeout'));
    const code = await Promise.race([exited, server.ended.then(() => 'server ended'), timeout]);
    await page.screenshot({ path: path.join(output, `host-${name}.png`) });
    if (!existsSync(resultFile)) {
      throw new Error(`the extension host left no results (${code}); ${lines.slice(-5).join(' | ')}`);
    }
    return JSON.parse(readFileSync(resultFile, 'utf8'));
  } finally {
    await context.close();
    await server.stop();
  }
}

function address(base, port, folder, entry) {
  const remote = (file) => `vscode-remote://127.0.0.1:${port}${encodeURI(file)}`;
  const payload = [
    ['extensionDevelopmentPath', remote(root)],
    ['extensionTestsPath', remote(entry)],
    ['skipWelcome', 'true'],
  ];
  return `${base}?folder=${encodeURIComponent(folder)}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
}
