// Puts together the two ramdisks of a guest: the one that crashes, and the one kexec boots to take the dump.
import { existsSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { kernelFolder } from './cache.mjs';
import { CpioWriter } from './cpio.mjs';
import { LabError, run, which } from './run.mjs';
import { runInTools } from './toolroot.mjs';

const guestFolder = join(dirname(fileURLToPath(import.meta.url)), '..', 'guest');
const CAPTURE_APPEND = 'console=ttyS0 quiet nr_cpus=1 reset_devices irqpoll panic=-1';

/**
 * Writes `file`, the ramdisk a scenario boots. `plan` has the modules (loaded before the trigger runs unless `load` is false), the programs
 * and helper scripts that go into /bin, the trigger and the commands that take the dump.
 */
export function writeInitrd(file, kernel, plan) {
  const archive = baseArchive(kernel);
  archive.addBytes('lab/plan.sh', planScript(plan));
  plan.helpers.forEach((helper) => archive.addFile(`bin/${helper}`, join(guestFolder, helper), true));
  plan.programs.forEach((program) => archive.addFile(`bin/${program.name}`, program.file, true));
  plan.modules.forEach((module) => archive.addFile(`lab/modules/${module.name}.ko`, module.file));
  if (plan.captureCommands.length > 0) {
    addProgram(archive, 'kexec');
    archive.addFile('lab/vmlinuz', join(kernelFolder(kernel.kernel), 'vmlinuz'));
    archive.addBytes('lab/capture.img', captureImage(kernel, plan.captureCommands));
  }
  writeFileSync(file, gzipSync(archive.toBuffer(), { level: 1 }));
}

function captureImage(kernel, commands) {
  const archive = baseArchive(kernel);
  addMakedumpfile(archive, kernel);
  archive.addBytes('lab/capture.sh', `${commands.join('\n')}\n`);
  return gzipSync(archive.toBuffer(), { level: 6 });
}

function planScript(plan) {
  const modules = plan.load ? plan.modules.filter((module) => module.name !== 'lab_background').map((module) => `${module.name}.ko`) : [];
  return [
    `MODULES="${modules.join(' ')}"`,
    `TRIGGER='${plan.trigger.replaceAll("'", "'\\''")}'`,
    `CRASH_KERNEL=${plan.captureCommands.length > 0 ? 'yes' : 'no'}`,
    `CAPTURE_APPEND="${CAPTURE_APPEND}"`,
    '',
  ].join('\n');
}

function baseArchive(kernel) {
  const archive = new CpioWriter();
  archive.addFile('init', join(guestFolder, 'init'), true).addDevice('dev/console', 5, 1);
  addProgram(archive, 'busybox');
  archive.addBytes('lab/drivers.list', `${kernel.drivers.join('\n')}\n`);
  for (const driver of kernel.drivers) {
    archive.addFile(`lab/drivers/${driver}.ko`, join(kernelFolder(kernel.kernel), 'modules', `${driver}.ko`));
  }
  return archive;
}

/** Adds a program of the host as /bin/<name>, with the shared libraries its loader names. */
function addProgram(archive, name) {
  const path = which(name);
  if (path === undefined) {
    throw new LabError(`${name} is missing on this machine: run node tests/lab/lab.mjs prerequisites`, 3);
  }
  archive.addFile(`bin/${name}`, realpathSync(path), true);
  sharedLibraries(path).forEach((library) => archive.addFile(library, realpathSync(library), true));
}

/** The kernel's own suite's makedumpfile where it was unpacked, with its libraries; else the host's. */
function addMakedumpfile(archive, kernel) {
  const root = join(kernelFolder(kernel.kernel), 'build');
  const path = '/usr/bin/makedumpfile';
  if (!kernel.hasOwnTools || !existsSync(join(root, path))) {
    addProgram(archive, 'makedumpfile');
    return;
  }
  archive.addFile('bin/makedumpfile', join(root, path), true);
  const listed = runInTools(root, ['/lib64/ld-linux-x86-64.so.2', '--list', path]).split('\n').map((line) => /(\/\S+) \(0x/.exec(line)?.[1]);
  listed.filter((library) => library !== undefined).forEach((library) => archive.addFile(library, realpathSync(join(root, library)), true));
}

// A static program, which busybox is, has none: ldd then fails and says so.
function sharedLibraries(path) {
  const libraries = run('sh', ['-c', 'ldd "$0" 2>&1 || true', path]).split('\n').map((line) => /(\/\S+) \(0x/.exec(line)?.[1]);
  return libraries.filter((library) => library !== undefined && existsSync(library));
}
