// kernel-source: Debian's linux-source package, unpacked into the cache so that frames of the kernel lead to source.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { cacheDirectory } from './code-server.mjs';
import { has, run } from './run.mjs';

/** Version of the kernel the sample was made of. */
const series = '6.1';

/** Downloads (139 MB) and unpacks (1.5 GB) the kernel source once; answers its directory. Throws a sentence when it cannot. */
export async function ensureKernelSource() {
  const directory = path.join(cacheDirectory(), 'kernel-source');
  const tree = path.join(directory, `linux-source-${series}`);
  if (existsSync(tree)) {
    return tree;
  }
  for (const tool of ['apt-get', 'dpkg-deb', 'tar', 'xz']) {
    if (!has(tool)) {
      throw new Error(`fetching the kernel source needs ${tool}, which is not on this machine; give your own tree with --source`);
    }
  }
  const work = path.join(directory, 'work');
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  console.log(`fetching linux-source-${series} (139 MB) into ${directory}`);
  await step('apt-get download', 'apt-get', ['download', '-q', `linux-source-${series}`], work);
  const archive = readdirSync(work).find((name) => name.endsWith('.deb'));
  await step('dpkg-deb', 'dpkg-deb', ['-x', archive, 'package'], work);
  console.log('unpacking it (about a minute)');
  await step('tar', 'tar', ['-xf', path.join('package', 'usr', 'src', `linux-source-${series}.tar.xz`)], work);
  renameSync(path.join(work, `linux-source-${series}`), tree);
  rmSync(work, { recursive: true, force: true });
  return tree;
}

async function step(name, command, args, cwd) {
  const { code, output } = await run(command, args, { cwd, quiet: true });
  if (code !== 0) {
    throw new Error(`${name} failed while fetching the kernel source: ${output.trim().split('\n').at(-1)}`);
  }
}
