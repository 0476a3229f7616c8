// Finds the server's executable and makes sure that it can be run.
import * as fs from 'node:fs/promises';
import * as path from 'node:path';

/** The executable that comes with the extension, or the one the user set; throws a sentence when it cannot be run. */
export async function findServerExecutable(extensionPath: string, configured: string): Promise<string> {
  const executable = configured === '' ? path.join(extensionPath, 'dist', 'server', 'vaquest') : configured;
  if (await isExecutable(executable)) {
    return executable;
  }
  const advice =
    configured === ''
      ? 'install the VaQuest package for this platform again, or set vaquest.server.path'
      : 'correct the setting vaquest.server.path';
  throw new Error(`The VaQuest server cannot be started from ${executable}; ${advice}.`);
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    const status = await fs.stat(file);
    if (status.isFile() && (status.mode & 0o111) === 0) {
      // An archive made or unpacked on another system may lose the executable bit.
      await fs.chmod(file, status.mode | 0o111);
    }
    await fs.access(file, fs.constants.X_OK);
    return status.isFile();
  } catch {
    return false;
  }
}
