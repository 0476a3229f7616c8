// The wait-for graph as a user meets it: a deadlock of the lab, from its report to the picture, the locks, the source, and a mail about it.
import assert from 'node:assert/strict';
import { copyFileSync, cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { codeServerArguments, freePort, installExtension, startServer } from '../../../scripts/lib/code-server.mjs';
import { viewport } from './browser.mjs';
import { runFlows } from './flows.mjs';
import { Workbench } from './workbench.mjs';

const patience = 30_000;

/** The lab's deadlock, or why there is none to open. Truth: account.c of lab_deadlock. */
export function findWaitsCase() {
  const lab = process.env.VAQUEST_LAB || path.join(os.homedir(), '.cache', 'vaquest', 'lab');
  const directory = path.join(lab, 'dumps', '6.1-cloud', 'hung-task');
  const vmlinux = path.join(lab, 'kernels', '6.1-cloud', 'vmlinux');
  const absent = [path.join(directory, 'vmcore'), vmlinux].find((file) => !existsSync(file));
  return absent === undefined ? { item: { directory, vmlinux } } : { missing: `waits: there is no ${absent}; the lab makes it` };
}

export async function runWaits({ codeServer, browser, item, vsix, output, results }) {
  const folder = makeWorkspace(item, output);
  const profile = path.join(output, 'profiles', 'waits');
  rmSync(profile, { recursive: true, force: true });
  mkdirSync(profile, { recursive: true });
  const port = await freePort();
  const settings = process.env.VAQUEST_SERVER === undefined ? {} : { 'vaquest.server.path': process.env.VAQUEST_SERVER };
  const args = codeServerArguments(codeServer.entry, profile, port, { settings });
  await installExtension(codeServer, profile, vsix);
  const server = await startServer(codeServer.node, [...args, folder], port);
  const context = await browser.newContext({ viewport, permissions: ['clipboard-read', 'clipboard-write'] });
  try {
    const workbench = new Workbench(await context.newPage());
    await workbench.open(`${server.address}?folder=${encodeURIComponent(folder)}`);
    await runFlows('waits', flows(workbench), { page: workbench.page, output, results });
  } finally {
    await context.close();
    await server.stop();
  }
}

function makeWorkspace({ directory, vmlinux }, output) {
  const folder = path.join(output, 'workspaces', 'waits folder');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(path.join(folder, '.vscode'), { recursive: true });
  copyFileSync(path.join(directory, 'vmcore'), path.join(folder, 'vmcore'));
  cpSync(path.join(directory, 'source'), path.join(folder, 'source'), { recursive: true });
  const settings = {
    'vaquest.vmlinux': vmlinux,
    'vaquest.debugDirectories': [path.join(directory, 'modules')],
    'vaquest.sourceMap': { '/usr/src/vaquest-lab': 'source' },
  };
  writeFileSync(path.join(folder, '.vscode', 'settings.json'), JSON.stringify(settings, null, 2));
  return folder;
}

function* flows(workbench) {
  const { page } = workbench;
  const lens = (title) => page.locator('.codelens-decoration a', { hasText: title }).first();

  yield ['the report of a hang has lenses: the frame, the log, a mail, the graph', async (shot) => {
    await workbench.openDumpInExplorer('vmcore');
    for (const title of ['crash: frame #', 'Show Kernel Log', 'Copy for a Mailing List', 'Show Wait-for Graph']) {
      await lens(title).waitFor();
    }
    await workbench.waitForText('This is a deadlock');
    await shot('lenses');
  }];

  yield ['the lens of the frame leads to its line', async () => {
    await lens('crash: frame #').click();
    await workbench.waitForText('> #');
    await page.keyboard.press('Control+Home');
  }];

  yield ['the lens opens the graph: the circle is marked, and described in words', async (shot) => {
    await lens('Show Wait-for Graph').click();
    await workbench.waitForTab('Waits: vmcore');
    const frame = await graphFrame(page);
    assert.equal(await frame.locator('.node.task.deadlock').count(), 2);
    assert.equal(await frame.locator('.node.lock.deadlock').count(), 2);
    assert.equal(await frame.locator('path.edge.deadlock').count(), 4);
    assert.match(await frame.locator('#summary').innerText(), /^Deadlock of 2 tasks: lab-pay-\w+ \(PID \d+\), lab-pay-\w+ \(PID \d+\); 1 more task behind\./);
    assert.equal(await frame.locator('.node:not([aria-label])').count(), 0);
    await shot('graph');
  }];

  yield ['keys move from box to box, and Enter on a lock opens the lock', async (shot) => {
    const frame = await graphFrame(page);
    const task = frame.locator('.node.task.deadlock').first();
    await task.focus();
    await frame.locator('#details', { hasText: 'in a deadlock' }).waitFor();
    await page.keyboard.press('ArrowRight');
    await frame.locator('#details', { hasText: /mutex (alice|bob)\.lock/ }).waitFor();
    await shot('graph-keys');
    await page.keyboard.press('Enter');
    await workbench.waitForText('struct mutex at 0x');
  }];

  yield ['the function in a box leads to the line that waits, which is a problem there', async (shot) => {
    await workbench.tab('Waits: vmcore').first().click();
    const frame = await graphFrame(page);
    await frame.locator('.node.task.deadlock text.link').first().click();
    await workbench.waitForTab('account.c');
    await workbench.waitForLine(10);
    await page.locator('.squiggly-error').first().waitFor();
    await shot('graph-and-source');
    await workbench.command('View: Focus Problems (Errors, Warnings, Infos)', 'Problems: Focus on Problems View');
    await page.locator('.markers-panel').getByText(/lab-pay-\w+ \(PID \d+\) waits here for the mutex/).first().waitFor();
    await workbench.command('View: Close Panel', 'View: Hide Panel');
  }];

  yield ['a click on a task opens its page, and the button the same in words', async () => {
    await workbench.tab('Waits: vmcore').first().click();
    let frame = await graphFrame(page);
    await frame.locator('.node.task.deadlock rect').first().click({ position: { x: 200, y: 8 } });
    await page.locator('.tabs-container .tab').filter({ hasText: /^\d+\.crash$/ }).first().waitFor();
    await workbench.tab('Waits: vmcore').first().click();
    frame = await graphFrame(page);
    await frame.locator('#text').click();
    await workbench.waitForTab('waits.crash');
    await workbench.waitForText('Deadlock of 2 tasks');
  }];

  yield ['the view of the dump leads to the graph too', async (shot) => {
    await workbench.command('View: Close All Editors');
    await workbench.command('View: Show Kernel Dump');
    await page.locator('.pane-body .monaco-list-row').filter({ hasText: 'Wait-for graph' }).first().click();
    await workbench.waitForTab('Waits: vmcore');
    await graphFrame(page);
    await shot('graph-from-view');
  }];

  yield ['the report is copied as a mail of 75 columns, without addresses and names when asked', async () => {
    await chooseCopy(workbench);
    await page.locator('.quick-input-widget input[type=text]').first().press('Enter');
    const whole = await clipboardWith(page, 'hung-task:');
    assert.ok(whole.split('\n').every((line) => line.length <= 75), whole.split('\n').find((line) => line.length > 75));
    assert.match(whole, /[0-9a-f]{16}/);
    assert.match(whole, /vaquest-lab/);
    await chooseCopy(workbench);
    for (const label of ['Hide Addresses', 'Hide Names']) {
      await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: label }).first().click();
    }
    await page.locator('.quick-input-widget').getByRole('button', { name: 'OK' }).click();
    const hidden = await clipboardWith(page, 'hung-task:', whole);
    assert.doesNotMatch(hidden, /ff[0-9a-f]{14}/);
    assert.doesNotMatch(hidden, /\bvaquest-lab\b(?!\/)/);
    assert.ok(hidden.split('\n').every((line) => line.length <= 75));
  }];

  yield ['closing the dump closes the picture', async () => {
    await workbench.command('VaQuest: Close Crash Dump');
    await workbench.waitForNoTab('Waits: vmcore');
  }];
}

/** Runs the command up to its question; the palette does not close in between, so Workbench.command would wait for ever. */
async function chooseCopy(workbench) {
  const input = await workbench.quickInput('F1');
  await input.fill('>VaQuest: Copy Report for a Mailing List');
  await workbench.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'Copy Report for a Mailing List' }).first().click();
  await workbench.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'Hide Addresses' }).first().waitFor();
}

/** The frame that holds the picture, once it is drawn. */
async function graphFrame(page) {
  for (const start = Date.now(); Date.now() - start < patience; await page.waitForTimeout(200)) {
    for (const frame of page.frames()) {
      if ((await frame.locator('#picture svg .node').count().catch(() => 0)) > 0 && (await frame.locator('#picture').isVisible().catch(() => false))) {
        return frame;
      }
    }
  }
  throw new Error('no picture was drawn');
}

/** The clipboard once it holds a text, and another than before. */
async function clipboardWith(page, wanted, before = '') {
  for (const start = Date.now(); Date.now() - start < patience; await page.waitForTimeout(200)) {
    const text = await page.evaluate(() => navigator.clipboard.readText());
    if (text.includes(wanted) && text !== before) {
      return text.replaceAll('\r', '');
    }
  }
  throw new Error(`the clipboard never held ${wanted}`);
}
