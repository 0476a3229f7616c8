// What the lab needs of the machine: programs and the packages that have them; installs them where it may.
import { existsSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { LabError, run, say, which } from './run.mjs';

const PROGRAMS = {
  'qemu-system-x86_64': 'qemu-system-x86',
  makedumpfile: 'makedumpfile',
  kexec: 'kexec-tools',
  'eu-readelf': 'elfutils',
  'mke2fs': 'e2fsprogs',
  debugfs: 'e2fsprogs',
  modinfo: 'kmod',
  xz: 'xz-utils',
  zstd: 'zstd',
  make: 'make',
  'gcc-12': 'gcc-12',
  pahole: 'dwarves',
  'llvm-symbolizer': 'llvm',
  'apt-get': 'apt',
  'dpkg-deb': 'dpkg',
};

// What the guest's own programs are linked with.
const STATIC_LIBC = ['/usr/lib/x86_64-linux-gnu/libc.a', '/usr/lib64/libc.a', '/usr/lib/libc.a'];

/**
 * Answers nothing when everything is here; installs what is missing when asked and allowed; otherwise says how to get it. `machine` stands
 * for this machine; tests give another.
 */
export function checkPrerequisites(install, machine = { missingPackages, isDebianLike, superuser, run }) {
  let missing = machine.missingPackages();
  if (missing.length === 0) {
    return;
  }
  const command = `apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (!install) {
    throw new LabError(`the lab needs packages that are not installed: ${missing.join(' ')}\nget them with: sudo ${command}`, 3);
  }
  const rights = machine.superuser();
  if (!machine.isDebianLike() || rights === undefined) {
    const reason = machine.isDebianLike() ? 'needs root or sudo without a password' : 'is only known for Debian and Ubuntu';
    throw new LabError(`the lab needs ${missing.join(' ')}, and installing packages ${reason}\nget them with: sudo ${command}`, 3);
  }
  say(`installing ${missing.join(' ')}`);
  const environment = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, timeoutSeconds: 1200 };
  const [program, ...first] = [...rights, 'apt-get'];
  machine.run(program, [...first, 'update', '-q'], environment);
  machine.run(program, [...first, ...command.split(' ').slice(1)], environment);
  missing = machine.missingPackages();
  if (missing.length > 0) {
    throw new LabError(`after installing, these packages are still missing: ${missing.join(' ')}`, 3);
  }
}

function missingPackages() {
  const missing = Object.entries(PROGRAMS).filter(([program]) => which(program) === undefined).map(([, name]) => name);
  if (!isStaticBusybox()) {
    missing.push('busybox-static');
  }
  if (!STATIC_LIBC.some((file) => existsSync(file))) {
    missing.push('libc6-dev');
  }
  return [...new Set(missing)].sort();
}

// The guest has no libc: Debian's other busybox is linked to one. ldd fails on a static program.
function isStaticBusybox() {
  const busybox = which('busybox');
  return busybox !== undefined && spawnSync('ldd', [busybox]).status !== 0;
}

function isDebianLike() {
  return existsSync('/etc/debian_version') && which('apt-get') !== undefined;
}

/** The words to put before a command so that it runs as root, or undefined. */
function superuser() {
  if (process.getuid?.() === 0) {
    return [];
  }
  const sudo = which('sudo');
  return sudo && spawnSync(sudo, ['-n', 'true']).status === 0 ? [sudo, '-n', 'env', 'DEBIAN_FRONTEND=noninteractive'] : undefined;
}
