// demo: prints the report of a dump in the terminal and opens the dump in VS Code.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { cacheDirectory, codeServerArguments, ensureCodeServer, extensionVersion, freePort, startServer } from './lib/code-server.mjs';
import { chooseCase, reportArguments, writeWorkspace } from './lib/demo-case.mjs';
import { ensureKernelSource } from './lib/kernel-source.mjs';
import { ensureNodeModules, has, root, run, serverPath } from './lib/run.mjs';

const usage = `usage: npm run demo -- [DUMP] [options]
  DUMP                  a vmcore; without it the sample of this repository
  --vmlinux FILE        kernel image with debug information
  --debug DIR           directory with debug information (repeatable)
  --source DIR          kernel tree or source of modules (repeatable)
  --with-kernel-source  fetch Debian's linux-source package for the sample's deeper frames
  --code-server         use code-server although there is a VS Code on PATH
  --no-open             open no window and no browser; print the address only
  --port N              port of code-server (default: a free one)
  --timeout SECONDS     end by itself
  --no-build            use what is built
  --no-install          never install system packages; say what is missing instead`;

try {
  await main();
} catch (error) {
  console.error(`demo: ${error.message}`);
  process.exit(1);
}

async function main() {
  const { values, positionals } = readArguments();
  if (values.help) {
    console.log(usage);
    return;
  }
  const chosen = chooseCase({ dump: positionals[0], vmlinux: values.vmlinux, debug: values.debug, source: values.source });
  if (values['with-kernel-source']) {
    addKernelSource(chosen, await ensureKernelSource());
  }
  await build(values['no-build']);
  const report = await run(serverPath, reportArguments(chosen));
  if (report.code !== 0) {
    throw new Error(`the report of ${chosen.dump} could not be made; the line above says why`);
  }
  const workspace = writeWorkspace(chosen, path.join(cacheDirectory(), 'demo'));
  const timeout = values.timeout === undefined ? undefined : Number(values.timeout) * 1000;
  if (!values['code-server'] && !values['no-open'] && hasDesktopEditor()) {
    await openInDesktop(workspace, chosen.dump);
  } else {
    await openInCodeServer(workspace, chosen.dump, {
      port: values.port === undefined ? await freePort() : Number(values.port),
      timeout,
      mayInstall: !values['no-install'],
      opensBrowser: !values['no-open'],
    });
  }
}

function readArguments() {
  try {
    const parsed = parseArgs({
      allowPositionals: true,
      options: {
        vmlinux: { type: 'string' },
        debug: { type: 'string', multiple: true, default: [] },
        source: { type: 'string', multiple: true, default: [] },
        'with-kernel-source': { type: 'boolean', default: false },
        'code-server': { type: 'boolean', default: false },
        'no-open': { type: 'boolean', default: false },
        'no-build': { type: 'boolean', default: false },
        'no-install': { type: 'boolean', default: false },
        port: { type: 'string' },
        timeout: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    const wrong = ['port', 'timeout'].find((name) => !/^[1-9]\d{0,5}$/.test(parsed.values[name] ?? '1'));
    if (wrong !== undefined) {
      throw new Error(`--${wrong} wants a number`);
    }
    if (parsed.positionals.length > 1) {
      throw new Error('one dump at a time; put a path with spaces in quotes');
    }
    return parsed;
  } catch (error) {
    console.error(`demo: ${error.message}\n${usage}`);
    return process.exit(2);
  }
}

function addKernelSource(chosen, tree) {
  chosen.sources.push(tree);
  chosen.sourceMap['/usr/src/linux-source-6.1'] = tree;
}

/** Builds when something is missing or older than its source. */
async function build(isUnwanted) {
  const client = path.join(root, 'dist', 'client', 'extension.js');
  const isBuilt = existsSync(serverPath) && existsSync(client);
  const built = isBuilt ? Math.min(statSync(serverPath).mtimeMs, statSync(client).mtimeMs) : 0;
  if (isBuilt && (isUnwanted || newestSource() <= built)) {
    return;
  }
  await ensureNodeModules();
  console.log('building (about a minute)');
  if ((await run(process.execPath, ['scripts/build.mjs'])).code !== 0) {
    throw new Error('the build failed; the messages above say why');
  }
}

function newestSource() {
  const isSource = (entry) => entry.isFile() && /\.(cs|csproj|ts)$/.test(entry.name) && !/[\\/](obj|bin)([\\/]|$)/.test(entry.parentPath ?? entry.path);
  const times = ['server', path.join('client', 'src')]
    .flatMap((folder) => readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true }))
    .filter(isSource)
    .map((entry) => statSync(path.join(entry.parentPath ?? entry.path, entry.name)).mtimeMs);
  return Math.max(0, ...times);
}

/** A VS Code that can show a window here. */
function hasDesktopEditor() {
  const hasScreen = process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY || process.env.WSL_DISTRO_NAME);
  return hasScreen && has('code');
}

async function openInDesktop(workspace, dump) {
  console.log('opening VS Code; if the report does not show, click the dump in the Explorer');
  await desktopStep(workspace, ['--new-window', `--extensionDevelopmentPath=${root}`, workspace]);
  // A file opened before the window knows its extensions would show as plain bytes.
  await new Promise((resolve) => setTimeout(resolve, 8000));
  await desktopStep(dump, ['--reuse-window', dump]);
}

async function desktopStep(what, args) {
  const { code, output } = await run('code', args, { quiet: true });
  if (code !== 0) {
    const reason = output.trim().split('\n').at(-1) || `it ended with exit code ${code}`;
    throw new Error(`VS Code did not open ${what}: ${reason}; run this again with --code-server to use code-server instead`);
  }
}

async function openInCodeServer(workspace, dump, { port, timeout, mayInstall, opensBrowser }) {
  const codeServer = await ensureCodeServer({ mayInstall });
  const profile = path.join(cacheDirectory(), 'demo', 'profile');
  linkExtension(path.join(profile, 'extensions'));
  const args = codeServerArguments(codeServer.entry, profile, port);
  const server = await startServer(codeServer.node, [...args, workspace], port);
  const address = `${server.address}?workspace=${encodeURIComponent(workspace)}`;
  console.log(`\nVS Code is at ${address}\nopen it in a browser; the report shows by itself. Ctrl+C ends the demo.`);
  if (opensBrowser) {
    openBrowser(address);
  }
  const interrupted = new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  const expired = timeout === undefined ? new Promise(() => undefined) : new Promise((resolve) => setTimeout(resolve, timeout));
  const over = Promise.race([interrupted, expired, server.ended]);
  void showDump(codeServer, profile, dump, over);
  await over;
  await server.stop();
  process.exit(0);
}

/** Makes the checkout itself the only extension of the profile. */
function linkExtension(extensions) {
  rmSync(extensions, { recursive: true, force: true });
  mkdirSync(extensions, { recursive: true });
  symlinkSync(root, path.join(extensions, `vaquest.vaquest-${extensionVersion(root)}`), 'junction');
}

/** Opens the dump in the window as soon as there is one, as code-server's own command line does. */
async function showDump({ node, entry }, profile, dump, over) {
  let isOver = false;
  void over.then(() => {
    isOver = true;
  });
  const args = [entry, '--config', path.join(profile, 'config.yaml'), '--user-data-dir', path.join(profile, 'user'), '--reuse-window', dump];
  while (!isOver) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const { code } = await run(node, args, { quiet: true, env: { VSCODE_IPC_HOOK_CLI: '' } });
    if (code === 0) {
      return;
    }
  }
}

function openBrowser(address) {
  const opener = { darwin: 'open', linux: 'xdg-open' }[process.platform];
  const hasScreen = process.platform === 'darwin' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
  if (opener !== undefined && hasScreen && has(opener)) {
    spawn(opener, [address], { stdio: 'ignore', detached: true }).unref();
  }
}
