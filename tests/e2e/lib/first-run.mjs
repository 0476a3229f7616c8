// UI flows of the first time: an untrusted folder, a cancelled opening, trust, the question for the source, and its answer.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { codeServerArguments, freePort, installExtension, startServer } from '../../../scripts/lib/code-server.mjs';
import { root, serverPath } from '../../../scripts/lib/run.mjs';
import { viewport } from './browser.mjs';
import { runFlows } from './flows.mjs';
import { Workbench } from './workbench.mjs';

/**
 * @param {{codeServer: {node: string, entry: string}, browser: import('playwright-core').Browser, expected: object, vsix: string,
 *          output: string, results: import('./results.mjs').Results}} options
 */
export async function runFirstTime({ codeServer, browser, expected, vsix, output, results }) {
  const profile = path.join(output, 'profiles', 'first-time');
  rmSync(profile, { recursive: true, force: true });
  mkdirSync(profile, { recursive: true });
  const settings = { 'vaquest.server.path': writeSlowServer(profile) };
  const port = await freePort();
  const args = codeServerArguments(codeServer.entry, profile, port, { asksForTrust: true, settings });
  await installExtension(codeServer, profile, vsix);
  const server = await startServer(codeServer.node, [...args, expected.folder], port);
  const context = await browser.newContext({ viewport });
  try {
    const workbench = new Workbench(await context.newPage());
    const address = `${server.address}?folder=${encodeURIComponent(expected.folder)}`;
    await runFlows('first time', flows(workbench, expected, address), { page: workbench.page, output, results });
  } finally {
    await context.close();
    await server.stop();
  }
}

/** A server whose wire can be slow: the same executable behind a small program. */
function writeSlowServer(profile) {
  const file = path.join(profile, 'slow-server');
  const words = [process.execPath, path.join(root, 'tests', 'e2e', 'lib', 'slow-wire.mjs'), process.env.VAQUEST_SERVER ?? serverPath];
  writeFileSync(file, `#!/bin/sh\nexec ${words.map((word) => `'${word}'`).join(' ')} "$@"\n`, { mode: 0o755 });
  return file;
}

function* flows(workbench, expected, address) {
  const { page } = workbench;
  const question = page.locator('.notification-list-item', { hasText: 'was not found on this machine' });

  yield ['a folder that is not trusted still shows the report, without the files its settings name', async (shot) => {
    await page.goto(address);
    await workbench.waitForExplorer();
    await page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).first().waitFor();
    await workbench.waitForExtension();
    await workbench.openDumpInExplorer('vmcore');
    await workbench.waitForText(expected.panicMessage);
    await workbench.waitForLanguageStatus('Debug information missing');
    await shot('restricted');
  }];

  yield ['opening a dump that takes long can be cancelled, and tried again', async (shot) => {
    await workbench.quickOpen('slow.vmcore');
    const toast = page.locator('.notification-list-item', { hasText: 'Opening slow.vmcore' });
    await toast.waitFor();
    await shot('opening');
    await toast.getByText('Cancel').click();
    const text = await workbench.webviewText(/cancelled/, 'a');
    assert.match(text, /Opening was cancelled\./);
    assert.match(text, /Open Again/);
    await toast.waitFor({ state: 'detached' });
    await shot('cancelled');
    await workbench.command('View: Close Editor');
  }];

  yield ['with trust the settings of the folder count, and a question asks for the source once', async (shot) => {
    await workbench.command('Workspaces: Manage Workspace Trust');
    await page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).first().click();
    await page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).first().waitFor({ state: 'detached' });
    // Newer versions show the page about trust over the window.
    const modal = page.locator('.monaco-modal-editor-block');
    if ((await modal.count()) > 0) {
      await modal.locator('.codicon-close').last().click();
      await modal.waitFor({ state: 'detached' });
    }
    await workbench.tab('report.crash').first().click();
    await workbench.waitForText(`${expected.file}:${expected.line}`);
    await workbench.waitForLanguageStatus('Debug information matched', 'Source missing');
    await question.first().waitFor();
    assert.match(await question.first().innerText(), /Select Source Folder/);
    await shot('question');
    await workbench.command('Notifications: Clear All Notifications');
  }];

  yield ['the question is not asked again, and a link without its source leads to a page that says so', async (shot) => {
    await page.goto(address);
    await workbench.waitForExplorer();
    await workbench.waitForExtension();
    await workbench.command('View: Close All Editors');
    await workbench.openDumpInExplorer('vmcore');
    await workbench.waitForText(`${expected.file}:${expected.line}`);
    await workbench.waitForLanguageStatus('Source missing');
    await workbench.command('Notifications: Show Notifications');
    await page.locator('.notifications-center.visible').waitFor();
    assert.equal(await question.count(), 0);
    await workbench.command('Notifications: Hide Notifications');
    await workbench.tab('report.crash').first().click();
    await workbench.followLink(expected.function);
    await workbench.waitForTab(`${expected.file} (not found).txt`);
    await workbench.waitForText(`${expected.file} is not on this machine`);
    await page.locator('.codelens-decoration', { hasText: 'Select Source Folder' }).first().waitFor();
    await shot('source-page');
  }];

  yield ['choosing the folder on that page makes the frame lead to its line', async (shot) => {
    await page.locator('.codelens-decoration a', { hasText: 'Select Source Folder' }).first().click();
    await workbench.chooseFolder(expected.source);
    await workbench.waitForText(`${expected.file} is on this machine`);
    await workbench.tab('report.crash').first().click();
    await workbench.followLink(expected.function);
    await workbench.waitForTab(expected.file);
    await workbench.waitForLine(expected.line);
    await shot('source-chosen');
    const settings = JSON.parse(readFileSync(expected.settings, 'utf8'));
    assert.deepEqual(settings['vaquest.sourceRoots'], [expected.source]);
  }];
}
