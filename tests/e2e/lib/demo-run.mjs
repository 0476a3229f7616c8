// The demo as a new user runs it: the report in the terminal, then the report in VS Code at the printed address.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../../../scripts/lib/run.mjs';
import { viewport } from './browser.mjs';
import { Workbench } from './workbench.mjs';

const patience = 90_000;

/** @param {{browser: import('playwright-core').Browser, dump: string | undefined, panicMessage: string, output: string}} options */
export async function checkDemo({ browser, dump, panicMessage, output }) {
  const args = ['scripts/demo.mjs', ...(dump === undefined ? [] : [dump]), '--no-build', '--no-open', '--timeout', String(patience / 1000)];
  const demo = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => demo.once('exit', resolve));
  let text = '';
  for (const stream of [demo.stdout, demo.stderr]) {
    stream.on('data', (data) => {
      text += data;
    });
  }
  const context = await browser.newContext({ viewport });
  try {
    const address = await waitForAddress(() => text, demo);
    assert.ok(text.includes(panicMessage), `the terminal does not show the panic message: ${text.slice(0, 500)}`);
    const workbench = new Workbench(await context.newPage());
    await workbench.page.goto(address);
    await workbench.waitForTab('report.crash');
    await workbench.waitForText(panicMessage);
    await workbench.page.screenshot({ path: path.join(output, 'demo.png') });
  } finally {
    await context.close();
    demo.kill('SIGINT');
    await ended;
  }
}

async function waitForAddress(text, demo) {
  for (const start = Date.now(); Date.now() - start < patience && demo.exitCode === null; ) {
    const address = /VS Code is at (http\S+)/.exec(text())?.[1];
    if (address !== undefined) {
      return address;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`the demo printed no address: ${text().slice(-1000)}`);
}

/**
 * With a VS Code on PATH the demo opens it: a program that writes down its arguments stands for it. Kernel source that was fetched before is
 * used again.
 */
export async function checkDesktopDemo({ panicMessage }) {
  const work = mkdtempSync(path.join(tmpdir(), 'vaquest-demo-'));
  try {
    const tree = path.join(work, 'cache', 'kernel-source', 'linux-source-6.1');
    mkdirSync(tree, { recursive: true });
    const record = path.join(work, 'record');
    writeFileSync(record, '');
    writeProgram(path.join(work, 'code'), `for word in "$@" end; do echo "$word"; done >> '${record}'`);
    const { code, output } = await runDemo(work, ['--with-kernel-source']);
    assert.equal(code, 0, output);
    assert.ok(output.includes(panicMessage), output.slice(0, 500));
    assert.match(output, /opening VS Code/);

    const workspace = path.join(work, 'cache', 'demo', 'demo.code-workspace');
    const dump = path.join(root, 'samples', 'widget-null-deref', 'vmcore');
    const calls = readFileSync(record, 'utf8').split('\nend\n').map((call) => call.split('\n')).slice(0, -1);
    assert.deepEqual(calls, [['--version'], ['--new-window', `--extensionDevelopmentPath=${root}`, workspace], ['--reuse-window', dump]]);
    const { folders, settings } = JSON.parse(readFileSync(workspace, 'utf8'));
    assert.deepEqual(folders.map((folder) => folder.path), [path.dirname(dump), path.join(root, 'samples', 'widget')]);
    assert.equal(settings['vaquest.vmlinux'], path.join(path.dirname(dump), 'vmlinux.debug'));
    assert.deepEqual(settings['vaquest.sourceRoots'], [root, tree]);
    assert.deepEqual(settings['vaquest.sourceMap'], { '/usr/src/vaquest': root, '/usr/src/linux-source-6.1': tree });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** A VS Code that fails is one sentence and exit code 1. */
export async function checkDesktopDemoThatFails() {
  const work = mkdtempSync(path.join(tmpdir(), 'vaquest-demo-'));
  try {
    writeProgram(path.join(work, 'code'), 'test "$1" = --version || { echo "no display" >&2; exit 3; }');
    const { code, errors } = await runDemo(work, []);
    assert.equal(code, 1);
    assert.match(errors.trim(), /^demo: VS Code did not open .*demo\.code-workspace: no display; run this again with --code-server .*$/);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function writeProgram(file, body) {
  writeFileSync(file, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
}

function runDemo(work, args) {
  const demo = spawn(process.execPath, ['scripts/demo.mjs', '--no-build', '--no-install', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: `${work}${path.delimiter}${process.env.PATH}`, DISPLAY: ':9', VAQUEST_E2E_CACHE: path.join(work, 'cache') },
  });
  let output = '';
  let errors = '';
  demo.stdout.on('data', (data) => {
    output += data;
  });
  demo.stderr.on('data', (data) => {
    errors += data;
  });
  return new Promise((resolve) => demo.once('close', (code) => resolve({ code, output: output + errors, errors })));
}

/** A dump that is not there is answered with one sentence and exit code 1. */
export function checkDemoWithMissingFile() {
  const missing = path.join(root, 'no such dump');
  const { status, stderr } = spawnSync(process.execPath, ['scripts/demo.mjs', missing, '--no-open'], { cwd: root, encoding: 'utf8' });
  assert.equal(status, 1);
  assert.equal(stderr.trim().split('\n').length, 1);
  assert.ok(stderr.includes(missing), stderr);
}
