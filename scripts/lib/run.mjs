// run: starts programs with argument lists (never a shell) and passes their output on.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

const isWindows = process.platform === 'win32';

/** npm is a script on Windows; node runs its JavaScript everywhere. */
export function npmCommand(args) {
  const fromEnvironment = process.env.npm_execpath;
  return fromEnvironment && fromEnvironment.endsWith('.js')
    ? [process.execPath, [fromEnvironment, ...args]]
    : [isWindows ? 'npm.cmd' : 'npm', args];
}

/**
 * Runs a program to its end and answers {code, output}. Output goes to the terminal too unless quiet.
 * @param {string} command
 * @param {string[]} args
 * @param {{cwd?: string, env?: Record<string, string>, quiet?: boolean, capture?: boolean}} [options]
 * @returns {Promise<{code: number, output: string}>}
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', options.capture || options.quiet ? 'pipe' : 'inherit', options.capture || options.quiet ? 'pipe' : 'inherit'],
      shell: isWindows && command.endsWith('.cmd'),
    });
    const take = (stream, to) =>
      stream?.on('data', (data) => {
        output += data;
        if (!options.quiet) to.write(data);
      });
    take(child.stdout, process.stdout);
    take(child.stderr, process.stderr);
    child.on('error', (error) => resolve({ code: 127, output: `${output}${error.message}\n` }));
    child.on('close', (code, signal) => resolve({ code: signal ? 1 : (code ?? 1), output }));
  });
}

/** True when a program can be started. */
export function has(command, args = ['--version']) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** True when a C compiler here links a static Linux program, as the native server is one. */
export function canLinkStatically() {
  if (process.platform !== 'linux') return false;
  const folder = mkdtempSync(path.join(tmpdir(), 'vaquest-link-'));
  try {
    return ['clang', 'gcc'].some((compiler) => {
      const link = spawnSync(compiler, ['-static', '-no-pie', '-x', 'c', '-o', path.join(folder, 'probe'), '-', '-lm', '-lpthread'], {
        input: '#include <math.h>\n#include <stdlib.h>\nint main(int argc, char **argv) { return (int)floor(atof(argv[argc - 1])); }\n',
        stdio: ['pipe', 'ignore', 'ignore'],
      });
      return link.status === 0;
    }) && has('objcopy');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Installs the packages of package-lock.json when node_modules is missing or older than it. */
export async function ensureNodeModules() {
  if (existsSync(path.join(root, 'node_modules', 'esbuild')) && existsSync(path.join(root, 'node_modules', 'vscode-languageclient'))) return;
  const [command, args] = npmCommand(['ci', '--no-audit', '--no-fund', '--ignore-scripts=false']);
  const { code } = await run(command, args);
  if (code !== 0) throw new Error('npm ci failed: check the network or the npm registry settings, then run this again');
}

/** The .NET runtime identifier of this machine. */
export function runtimeIdentifier() {
  const os = { linux: 'linux', darwin: 'osx', win32: 'win' }[process.platform] ?? process.platform;
  const cpu = { x64: 'x64', arm64: 'arm64' }[process.arch] ?? process.arch;
  return `${os}-${cpu}`;
}

/** Path of the built server. */
export const serverPath = path.join(root, 'dist', 'server', isWindows ? 'vaquest.exe' : 'vaquest');
