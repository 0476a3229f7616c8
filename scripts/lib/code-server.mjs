// code-server: VS Code as a web server, installed once from npm into a cache directory.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { npmCommand, run } from './run.mjs';
import { ensureSystemPackages, library, program } from './system-packages.mjs';

const codeServerVersion = '4.139.1';
// code-server runs on exactly this major version of node, so node comes from npm too.
const nodeVersion = '24.21.0';

const buildNeeds = [
  program('make'),
  program('g++'),
  program('python3'),
  program('pkg-config'),
  library('krb5-gssapi', 'libkrb5-dev'),
  library('libsecret-1', 'libsecret-1-dev'),
  library('x11', 'libx11-dev'),
  library('xkbfile', 'libxkbfile-dev'),
];

/** Where code-server and its profiles live. */
export function cacheDirectory() {
  const base = process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache');
  return process.env.VAQUEST_E2E_CACHE ?? path.join(base, 'vaquest', 'e2e');
}

/**
 * Installs code-server when it is not there yet (about two minutes) and answers where its parts are.
 * Throws a sentence that says what is missing.
 */
export async function ensureCodeServer({ mayInstall }) {
  const directory = path.join(cacheDirectory(), `code-server-${codeServerVersion}`);
  const modules = path.join(directory, 'node_modules');
  const nodeBin = path.join(modules, `node-${process.platform}-${process.arch}`, 'bin');
  const found = {
    node: path.join(nodeBin, 'node'),
    entry: path.join(modules, 'code-server', 'out', 'node', 'entry.js'),
    serverMain: path.join(modules, 'code-server', 'lib', 'vscode', 'out', 'server-main.js'),
  };
  const marker = path.join(directory, '.complete');
  if (!existsSync(marker)) {
    await ensureSystemPackages(buildNeeds, { purpose: 'code-server', mayInstall });
    console.log(`installing code-server ${codeServerVersion} into ${directory} (about two minutes, once)`);
    await install(directory, nodeBin);
    writeFileSync(marker, `${codeServerVersion}\n`);
  }
  return found;
}

async function install(directory, nodeBin) {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  writeFileSync(path.join(directory, 'package.json'), '{"private":true}\n');
  const packages = [`code-server@${codeServerVersion}`, `node-${process.platform}-${process.arch}@${nodeVersion}`];
  const [npm, args] = npmCommand(['install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages]);
  await step('npm install of code-server', npm, args, { cwd: directory });
  // The package's own install step, which builds VS Code's native modules with the right node.
  await step('the install step of code-server', 'sh', ['./postinstall.sh'], {
    cwd: path.join(directory, 'node_modules', 'code-server'),
    env: { PATH: `${nodeBin}${path.delimiter}${process.env.PATH}`, npm_config_user_agent: 'npm/11 node/v24' },
  });
}

async function step(name, command, args, options) {
  const { code, output } = await run(command, args, { ...options, quiet: true });
  if (code !== 0) {
    const reason = output.trim().split('\n').slice(-8).join('\n');
    throw new Error(`${name} failed; check the network or the npm registry settings, then run this again. It said:\n${reason}`);
  }
}

/** A TCP port of 127.0.0.1 that is free now. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/**
 * Starts a process that serves VS Code and waits until its address answers.
 * @returns {Promise<{address: string, log: () => string, stop: () => Promise<void>, ended: Promise<number>}>}
 */
export async function startServer(node, args, port) {
  let log = '';
  const env = { ...process.env };
  // A VS Code terminal tells its children where it listens; a second server must not believe that.
  for (const name of Object.keys(env).filter((key) => key.startsWith('VSCODE_'))) {
    delete env[name];
  }
  const child = spawn(node, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      log = (log + data).slice(-100_000);
    });
  }
  const ended = new Promise((resolve) => {
    child.once('error', () => resolve(127));
    child.once('exit', (code) => resolve(code ?? 1));
  });
  const address = `http://127.0.0.1:${port}/`;
  const stop = async () => {
    child.kill('SIGTERM');
    const killer = setTimeout(() => child.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(killer);
  };
  if (!(await answers(address, ended))) {
    await stop();
    throw new Error(`code-server did not start; it said:\n${log.trim().split('\n').slice(-8).join('\n')}`);
  }
  return { address, log: () => log, stop, ended };
}

async function answers(address, ended) {
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  for (const start = Date.now(); Date.now() - start < 60_000 && !isOver; ) {
    try {
      const { status } = await fetch(address, { redirect: 'manual' });
      if (status < 500) {
        return true;
      }
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return false;
}

// A first start shows the dump and nothing else.
const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.welcomePage.experimentalOnboarding': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'git.openRepositoryInParentFolders': 'never',
};

/** Arguments of code-server for one user of this machine: no sign-in, no telemetry, own profile, no question about trust unless wanted. */
export function codeServerArguments(entry, profile, port, { asksForTrust = false, settings: more = {} } = {}) {
  const config = path.join(profile, 'config.yaml');
  mkdirSync(path.join(profile, 'user', 'User'), { recursive: true });
  writeFileSync(config, 'cert: false\n');
  const settings = path.join(profile, 'user', 'User', 'settings.json');
  if (!existsSync(settings)) {
    writeFileSync(settings, JSON.stringify({ ...quietSettings, ...more }, null, 2));
  }
  return [
    entry, '--config', config, '--user-data-dir', path.join(profile, 'user'), '--extensions-dir', path.join(profile, 'extensions'),
    '--bind-addr', `127.0.0.1:${port}`, '--auth', 'none', '--disable-telemetry', '--disable-update-check',
    ...(asksForTrust ? [] : ['--disable-workspace-trust']), '--disable-getting-started-override',
  ];
}

/** Installs a .vsix into a profile. */
export async function installExtension({ node, entry }, profile, vsix) {
  const args = codeServerArguments(entry, profile, 0).filter((_, index, all) => !isBindAddress(all, index));
  const { code, output } = await run(node, [...args, '--install-extension', vsix, '--force'], { quiet: true });
  if (code !== 0) {
    throw new Error(`code-server did not install ${vsix}; it said:\n${output.trim().split('\n').slice(-8).join('\n')}`);
  }
}

function isBindAddress(args, index) {
  return args[index] === '--bind-addr' || args[index - 1] === '--bind-addr';
}

/** The version of the extension, from its manifest. */
export function extensionVersion(root) {
  return JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).version;
}
