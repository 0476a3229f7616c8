// One guest from power on to power off: QEMU without acceleration, a disk for what it leaves, its console in a file.
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { kernelFolder } from './cache.mjs';
import { LabError, run, say, sleep, start } from './run.mjs';
import { Qmp } from './qmp.mjs';

// A guest takes 15 to 40 seconds on two cores; eight times that is a hang.
const TIME_LIMIT_SECONDS = 300;
const DISK_BYTES = 2 * 1024 ** 3;
// The kernel's own last line when it stays up after a panic.
const PANIC_END = /---\[ end Kernel panic/;

/** Boots a guest and waits for its end. Returns the console's text, and `retry` when KASLR left no room for the crash kernel. */
export async function bootGuest(kernel, settings, work) {
  const disk = join(work, 'disk.img');
  const console = join(work, 'console.log');
  makeDisk(disk);
  const socket = join(work, 'qmp');
  const qemu = startQemu(kernel, settings, { disk, console, socket });
  const ended = new Promise((resolve) => qemu.once('exit', (code, signal) => resolve({ code, signal })));
  const limit = setTimeout(() => qemu.kill('SIGKILL'), TIME_LIMIT_SECONDS * 1000);
  let errors = '';
  qemu.stderr.on('data', (text) => (errors += text));
  try {
    if (settings.qmp) {
      await dumpByQemu(settings.qmp, socket, console, qemu);
    } else if (settings.monitor) {
      await sendCommands(settings.monitor, socket, console, qemu);
    }
    const { code, signal } = await ended;
    return judge(readConsole(console), code, signal, errors, settings);
  } finally {
    clearTimeout(limit);
    qemu.kill('SIGKILL');
    await ended;
  }
}

/** Takes files out of the guest's disk; those that are not there are left out of the answer. */
export function extract(work, names, target) {
  mkdirSync(target, { recursive: true });
  return names.filter((name) => {
    run('debugfs', ['-R', `dump /${name} ${join(target, name.split('/').pop())}`, join(work, 'disk.img')]);
    return existsSync(join(target, name.split('/').pop()));
  });
}

function makeDisk(file) {
  closeSync(openSync(file, 'w'));
  truncateSync(file, DISK_BYTES);
  run('mke2fs', ['-q', '-t', 'ext4', '-O', '^has_journal,^metadata_csum', '-E', 'lazy_itable_init=1', file]);
}

function startQemu(kernel, settings, files) {
  const crashKernel = settings.qmp ? 'panic=0' : 'crashkernel=160M panic=-1';
  return start('qemu-system-x86_64', [
    '-nodefaults', '-no-reboot', '-display', 'none', '-machine', 'pc', '-accel', 'tcg,thread=multi',
    '-cpu', settings.cpu ?? 'max', '-smp', '2', '-m', String(settings.memory ?? (settings.qmp ? 256 : 384)),
    '-kernel', join(kernelFolder(kernel.kernel), 'vmlinuz'), '-initrd', settings.initrd,
    '-append', `console=ttyS0 quiet oops=panic ${crashKernel}${settings.append ? ` ${settings.append}` : ''}`,
    '-serial', `file:${files.console}`,
    '-drive', `file=${files.disk},if=none,id=disk,format=raw,cache=unsafe`, '-device', 'virtio-blk-pci,drive=disk',
    '-device', 'vmcoreinfo', '-qmp', `unix:${files.socket},server=on,wait=off`,
  ]);
}

/** Waits for the panic, stops the machine and lets QEMU write its memory. */
async function dumpByQemu(dump, socket, console, qemu) {
  const qmp = await Qmp.connect(socket);
  try {
    while (!PANIC_END.test(readConsole(console)) && qemu.exitCode === null && qemu.signalCode === null) {
      await sleep(200);
    }
    await qmp.execute('stop');
    await qmp.execute('dump-guest-memory', { ...dump.arguments, protocol: `file:${dump.file}` });
    await qmp.execute('quit');
  } finally {
    qmp.close();
  }
}

/** Waits for a line of the console, then has QEMU do something to the machine that the guest cannot do to itself. */
async function sendCommands(steps, socket, console, qemu) {
  const qmp = await Qmp.connect(socket);
  try {
    for (const { after, execute, arguments: values = {} } of steps) {
      while (!readConsole(console).includes(after) && qemu.exitCode === null && qemu.signalCode === null) {
        await sleep(100);
      }
      if (qemu.exitCode === null && qemu.signalCode === null) {
        await qmp.execute(execute, values);
      }
    }
  } finally {
    qmp.close();
  }
}

function readConsole(file) {
  return existsSync(file) ? readFileSync(file, 'latin1').replaceAll('\r', '') : '';
}

/** What a guest's end means. Under QEMU without acceleration a kernel now and then crashes while it boots: that, too, is chance. */
export function judge(console, code, signal, errors, settings) {
  const last = console.trim().split('\n').slice(-15).join('\n');
  const retry = /^LAB: retry: (.*)$/m.exec(console)?.[1];
  if (retry) {
    say(`the guest starts again: ${retry}`);
    return { console, retry };
  }
  const failure = /^LAB: failed: (.*)$/m.exec(console)?.[1];
  if (failure) {
    throw new LabError(`the guest failed: ${failure}\n${last}`);
  }
  if (signal === 'SIGKILL') {
    throw new LabError(`the guest did not end within ${TIME_LIMIT_SECONDS} seconds; its console ends with:\n${last}`);
  }
  if (code === 0 && !/^LAB: trigger$/m.test(console)) {
    say('the guest starts again: it crashed before the scenario began');
    return { console, retry: `it crashed before the scenario began\n${last}` };
  }
  if (code !== 0 || !(settings.qmp || /^LAB: captured$/m.test(console))) {
    throw new LabError(`the guest ended with ${code ?? signal} and took no dump: ${errors.trim()}\n${last}`);
  }
  return { console };
}
