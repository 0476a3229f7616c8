// A root folder with a suite's own compiler: for kernels whose compiler, or whose kbuild programs' libc, this machine does not have.
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { run, say } from './run.mjs';

// What kbuild calls besides the compiler, and the packages' own scripts, which are not run here, would have set up.
const BASE_PACKAGES = ['make', 'dash', 'bash', 'coreutils', 'sed', 'grep', 'mawk', 'findutils', 'diffutils', 'gzip', 'perl-base'];
const LINKS = [['usr/bin/sh', 'dash'], ['usr/bin/awk', 'mawk']];

/** Unpacks the named packages, the basic ones and all they depend on into `root`; `work` holds the downloads meanwhile. */
export function unpackTools(apt, names, root, work) {
  for (const folder of ['bin', 'sbin', 'lib', 'lib64']) {
    mkdirSync(join(root, 'usr', folder), { recursive: true });
    symlinkSync(`usr/${folder}`, join(root, folder));
  }
  const files = apt.downloadClosure([...names, ...BASE_PACKAGES], work);
  say(`unpacking ${files.length} packages of the kernel's own suite`);
  for (const file of files) {
    // dpkg-deb -x would put folders in the place of the links above.
    run('sh', ['-c', 'dpkg-deb --fsys-tarfile "$0" | tar -x --keep-directory-symlink --no-same-owner -C "$1"', file, root]);
  }
  LINKS.filter(([link]) => !existsSync(join(root, link))).forEach(([link, target]) => symlinkSync(target, join(root, link)));
  ['dev', 'proc', 'tmp'].forEach((folder) => mkdirSync(join(root, folder), { recursive: true }));
  rmSync(join(root, 'usr', 'share'), { recursive: true, force: true });
}

/** Runs a command with `root` as its root folder, in a mount namespace of its own; without root rights, in a user namespace too. */
export function runInTools(root, command) {
  const rights = process.getuid() === 0 ? ['--mount'] : ['--map-root-user', '--mount'];
  const script = 'mount --rbind /dev "$0/dev" && mount --rbind /proc "$0/proc" && exec chroot "$0" /usr/bin/env -i PATH=/usr/bin:/bin "$@"';
  return run('unshare', [...rights, 'sh', '-c', script, root, ...command]);
}

/** Gives `work` a folder inside the root and removes it afterwards. */
export function withToolFolder(root, work) {
  const folder = mkdtempSync(join(root, 'tmp', 'build-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
