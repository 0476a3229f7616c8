// The dump formats: the file each one makes, and the command the capture kernel runs or the arguments QEMU gets for it.
import { LabError } from './run.mjs';

const MAKEDUMPFILE = 'makedumpfile --message-level 6';

/** `guest` runs in the capture kernel with the disk at /mnt; `qmp` are the arguments of dump-guest-memory. */
export const formats = {
  'kdump-lzo': { file: 'vmcore', guest: `${MAKEDUMPFILE} -l -d 31 /proc/vmcore /mnt/vmcore` },
  'kdump-zlib': { file: 'vmcore.zlib', guest: `${MAKEDUMPFILE} -c -d 31 /proc/vmcore /mnt/vmcore.zlib` },
  elf: { file: 'vmcore.elf', guest: `${MAKEDUMPFILE} -E -d 31 /proc/vmcore /mnt/vmcore.elf` },
  flat: { file: 'vmcore.flat', guest: `${MAKEDUMPFILE} -F -l -d 31 /proc/vmcore > /mnt/vmcore.flat` },
  full: { file: 'vmcore.full', guest: `${MAKEDUMPFILE} -l -d 0 /proc/vmcore /mnt/vmcore.full` },
  proc: { file: 'vmcore.proc', guest: 'dd if=/proc/vmcore of=/mnt/vmcore.proc bs=1M' },
  // The disk the dump is written to is full after 8 MiB: makedumpfile fails, and what it wrote is the dump.
  incomplete: {
    file: 'vmcore.incomplete',
    guest: [
      'mkdir -p /small && mount -t tmpfs -o size=8m tmpfs /small',
      `${MAKEDUMPFILE} -l -d 31 /proc/vmcore /small/vmcore`,
      'cp /small/vmcore /mnt/vmcore.incomplete',
      'umount /small',
    ].join('; '),
  },
  'qemu-elf': { file: 'vmcore', qmp: { paging: false } },
  'qemu-elf-paging': { file: 'vmcore', qmp: { paging: true } },
  'qemu-kdump-zlib': { file: 'vmcore', qmp: { paging: false, format: 'kdump-zlib' } },
};

/** The formats to make of a scenario's crash: those asked for that it can have, or all it lists. */
export function chooseFormats(scenario, asked) {
  const isQemu = formats[scenario.formats[0]].qmp !== undefined;
  if (asked === undefined || isQemu) {
    return scenario.formats;
  }
  const unknown = asked.find((name) => formats[name]?.guest === undefined);
  if (unknown !== undefined) {
    const known = Object.keys(formats).filter((name) => formats[name].guest);
    throw new LabError(`no dump format is called ${unknown}; there are ${known.join(', ')}`, 2);
  }
  return [...new Set(['kdump-lzo', ...asked])];
}
