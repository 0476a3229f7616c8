// UI flows: code-server with the packaged extension, used as a person uses it, with a screenshot at each stop.
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { codeServerArguments, freePort, installExtension, startServer } from '../../../scripts/lib/code-server.mjs';
import { root } from '../../../scripts/lib/run.mjs';
import { viewport } from './browser.mjs';
import { runFlows } from './flows.mjs';
import { Workbench } from './workbench.mjs';

/**
 * @param {{codeServer: {node: string, entry: string}, browser: import('playwright-core').Browser, expected: object, vsix: string,
 *          output: string, name: string, results: import('./results.mjs').Results, updateImages: boolean}} options
 */
export async function runUi({ codeServer, browser, expected, vsix, output, name, results, updateImages }) {
  const profile = path.join(output, 'profiles', `ui-${name}`);
  rmSync(profile, { recursive: true, force: true });
  mkdirSync(profile, { recursive: true });
  const port = await freePort();
  // VAQUEST_SERVER names another server than the packaged one, as in the tests of the other editors.
  const settings = process.env.VAQUEST_SERVER === undefined ? {} : { 'vaquest.server.path': process.env.VAQUEST_SERVER };
  const args = codeServerArguments(codeServer.entry, profile, port, { settings });
  await installExtension(codeServer, profile, vsix);
  const server = await startServer(codeServer.node, [...args, expected.folder], port);
  const context = await browser.newContext({ viewport });
  try {
    const workbench = new Workbench(await context.newPage());
    await workbench.open(`${server.address}?folder=${encodeURIComponent(expected.folder)}`);
    await runFlows(name, flows(workbench, expected), { page: workbench.page, output, results });
    if (updateImages) {
      copyFileSync(path.join(output, `${name}-report-and-source.png`), path.join(root, 'images', 'report.png'));
    }
  } finally {
    await context.close();
    await server.stop();
  }
}

function* flows(workbench, expected) {
  const { page } = workbench;
  const fileName = path.basename(expected.file);
  // The source is in the group on the right, which is the last.
  const squiggle = page.locator('.editor-group-container').last().locator('.squiggly-error').first();

  yield ['clicking vmcore in the Explorer opens the report with the panic message', async (shot) => {
    await workbench.openDumpInExplorer('vmcore');
    await workbench.waitForText(expected.panicMessage);
    await shot('report');
  }];

  yield ['the page of the dump says the panic too, and its button leads back to the report', async (shot) => {
    await workbench.tab('vmcore').first().click();
    const text = await workbench.webviewText(/Debug information/, 'a');
    assert.ok(text.includes(expected.panicMessage), text);
    await shot('page');
    await workbench.clickInWebview('Show Report');
    await workbench.waitForText(expected.panicMessage);
  }];

  yield ['the outline lists the sections of the report', async (shot) => {
    await workbench.command('Explorer: Focus on Outline View');
    const outline = page.locator('.outline-pane .monaco-list-row');
    await outline.filter({ hasText: /panic/i }).first().waitFor();
    await shot('outline');
  }];

  yield ['following the link of the crashed frame leads to its file and line', async (shot) => {
    await workbench.command('View: Split Editor Right');
    await workbench.followLink(expected.function);
    await workbench.waitForTab(fileName);
    await workbench.waitForLine(expected.line);
  }];

  yield ['the faulting line has a squiggle, and its message is the panic', async (shot) => {
    await workbench.waitForTab(fileName);
    await squiggle.waitFor();
    await shot('report-and-source');
    await workbench.command('View: Focus Problems (Errors, Warnings, Infos)', 'Problems: Focus on Problems View');
    await page.locator('.markers-panel').getByText(expected.panicMessage).first().waitFor();
    await shot('problems');
    await workbench.command('View: Close Panel', 'View: Hide Panel');
  }];

  if (expected.isSample) {
    yield ['the source shows what the variables were worth, and a pointer in the report leads to its object', async (shot) => {
      await workbench.tab(fileName).first().click();
      await workbench.command('View: Toggle Maximize Editor Group');
      // Hints are drawn as text of the line.
      const line = page.locator('.editor-group-container').last().locator('.view-line', { hasText: 'peer->fan_in' });
      await line.filter({ hasText: /peer\s=\sNULL/ }).waitFor();
      const name = line.getByText('peer').first();
      await name.hover();
      await page.locator('.monaco-hover:visible', { hasText: 'struct widget *peer = NULL' }).first().waitFor();
      await shot('values-in-source');
      await workbench.command('View: Toggle Maximize Editor Group');
      await page.mouse.move(700, 10);
      await workbench.tab('report.crash').first().click();
      await workbench.goToText('*source = 0x');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('F12');
      await workbench.waitForText('struct widget at 0x');
      await shot('object');
    }];
  }

  yield ['the Kernel Dump view browses the dump, and a task of it has its stack', async (shot) => {
    await workbench.command('View: Show Kernel Dump');
    const rows = page.locator('.pane-body .monaco-list-row');
    await rows.filter({ hasText: 'Panic stack' }).first().waitFor();
    await rows.filter({ hasText: 'Tasks' }).first().click();
    await rows.filter({ hasText: 'Sleeping' }).first().click();
    await rows.filter({ hasText: /^1 / }).first().locator('.monaco-tl-twistie').click();
    await rows.filter({ hasText: '#0 ' }).first().waitFor();
    await shot('view');
    await workbench.command('View: Show Explorer', 'Explorer: Focus on Files Explorer');
  }];

  yield ['VaQuest: Close Crash Dump closes its tabs and clears the squiggle', async (shot) => {
    await workbench.command('VaQuest: Close Crash Dump');
    await workbench.waitForNoTab('report.crash');
    await squiggle.waitFor({ state: 'detached' });
    await shot('closed');
  }];

  if (expected.hasLog) {
    yield ['vmcore-dmesg.txt opens as a kernel log with links', async (shot) => {
      await workbench.command('View: Close All Editors');
      await workbench.clickInExplorer('vmcore-dmesg.txt');
      await workbench.waitForTab('vmcore-dmesg.txt');
      await page.locator('.statusbar-item', { hasText: 'Kernel Log' }).first().waitFor();
      await workbench.goToText('Call Trace');
      await page.locator('.editor-instance .detected-link').first().waitFor();
      await shot('log');
    }];
  }

  yield ['a file that is no dump gets a page with one sentence and a way on', async (shot) => {
    await workbench.command('View: Close All Editors');
    await workbench.quickOpen('text/vmcore');
    const text = await workbench.webviewText(/vmcore/, 'a');
    assert.match(text, /not a|no |unknown/i);
    assert.match(text, /Open in Another Editor|Open Again/);
    await shot('no-dump');
  }];
}
