// One distribution kernel in the cache: the image, its debug information, the headers to build modules, the drivers a guest needs.
import { copyFileSync, existsSync, linkSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { PrivateApt, dependencyNames } from './apt.mjs';
import { hashOf, isCurrent, kernelFolder, publish } from './cache.mjs';
import { LabError, run, say, which } from './run.mjs';
import { unpackTools } from './toolroot.mjs';

// Part of the cache key: raise it when what this file leaves in the cache changes.
const RECIPE = '1';

// What a guest loads: its disk, the checksum that ext4 asks for by another name, and the device that hands VMCOREINFO to QEMU.
const DRIVERS = ['virtio_pci', 'virtio_blk', 'crc32c_generic', 'ext4', 'qemu_fw_cfg'];

/** Makes sure the kernel is in the cache in the newest version its suite has, and returns what kernel.json says of it. */
export async function prepareKernel(name, description, options = {}) {
  const folder = kernelFolder(name);
  if (options.offline && existsSync(join(folder, 'kernel.json'))) {
    return readKernel(name);
  }
  return withApt(description.suite, async (apt) => {
    const candidates = findCandidates(apt, description);
    for (const [index, debug] of candidates.entries()) {
      try {
        await publishKernel(name, description, apt, findPackages(apt, debug));
        return readKernel(name);
      } catch (error) {
        // A mirror may list a package it does not have; an older kernel with its debug package serves as well.
        if (!(error instanceof LabError) || index === candidates.length - 1) {
          throw error;
        }
        say(`${debug} cannot be had, trying the next older one (${error.message.trim().split('\n').pop()})`);
      }
    }
    throw new LabError(`${description.package}-dbg of ${description.suite} depends on no kernel's debug package`);
  });
}

async function publishKernel(name, description, apt, packages) {
  const key = hashOf([RECIPE, packages.version, ...packages.names]);
  if (!isCurrent(kernelFolder(name), key)) {
    await publish(kernelFolder(name), key, (made, stage) => unpackKernel(name, description, apt, packages, made, stage));
    say(`kernel ${name} is ${packages.release}, version ${packages.version}`);
  }
}

export function readKernel(name) {
  const file = join(kernelFolder(name), 'kernel.json');
  if (!existsSync(file)) {
    throw new LabError(`kernel ${name} is not in the cache: run node tests/lab/lab.mjs make --kernel ${name}`);
  }
  return JSON.parse(readFileSync(file, 'utf8'));
}

async function withApt(suite, work) {
  const folder = mkdtempSync(join(tmpdir(), 'vaquest-lab-apt-'));
  try {
    return await work(new PrivateApt(folder, suite));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The debug packages of the suite's kernels, newest first: an ABI's name is only in what the debug meta package depends on. */
function findCandidates(apt, description) {
  const names = apt.showAll(`${description.package}-dbg`).flatMap(dependencyNames);
  return [...new Set(names.filter((name) => /^linux-image-.*-dbg$/.test(name)))];
}

function findPackages(apt, debug) {
  const image = debug.replace(/-dbg$/, '');
  const release = image.replace(/^linux-image-/, '');
  const headers = `linux-headers-${release}`;
  const build = apt.dependencies(headers).filter((name) => /^linux-(headers-.*-common(-rt)?|kbuild-.*)$/.test(name));
  const modules = apt.dependencies(image).filter((name) => [`linux-modules-${release}`, `linux-binary-${release}`].includes(name));
  return { image, debug, release, headers: [headers, ...build], version: apt.showAll(debug)[0].Version,
    names: [image, debug, headers, ...build, ...modules], runtime: [image, ...modules],
    kbuild: build.filter((name) => name.startsWith('linux-kbuild-')) };
}

function unpackKernel(name, description, apt, packages, made, stage) {
  const files = apt.download(packages.names, join(stage, 'packages'));
  const fileOf = (name) => files[packages.names.indexOf(name)];
  const unpack = (names, folder) => {
    mkdirSync(folder);
    names.forEach((name) => run('dpkg-deb', ['-x', fileOf(name), folder]));
  };
  say(`unpacking ${packages.debug}`);
  unpack([packages.debug], join(stage, 'debug'));
  unpack(packages.runtime, join(stage, 'image'));
  unpack(packages.headers, join(stage, 'headers'));
  renameSync(join(stage, 'debug', 'usr', 'lib', 'debug'), join(made, 'debug'));
  linkSync(realpathSync(findKernelFile('vmlinux', packages.release, made, stage)), join(made, 'vmlinux'));
  for (const name of ['vmlinuz', 'System.map']) {
    copyFileSync(findKernelFile(name, packages.release, made, stage), join(made, name));
  }
  const drivers = collectDrivers(packages.release, join(stage, 'image'), join(made, 'modules'));
  adoptHeaders(packages, join(stage, 'headers'), join(made, 'build'));
  const hasOwnTools = which(description.compiler) === undefined;
  if (hasOwnTools) {
    // An older makedumpfile than the kernel takes pages that are in use for free ones.
    unpackTools(apt, [description.compiler, ...packages.kbuild, 'makedumpfile'], join(made, 'build'), join(stage, 'tools'));
  }
  const json = {
    kernel: name,
    package: packages.image,
    version: packages.version,
    release: packages.release,
    suite: description.suite,
    buildId: readBuildId(join(made, 'vmlinux')),
    compDir: readCompDir(join(made, 'vmlinux')),
    compiler: description.compiler,
    hasOwnTools,
    drivers,
  };
  writeFileSync(join(made, 'kernel.json'), `${JSON.stringify(json, null, 2)}\n`);
}

/** A file of the kernel where its suite's packages have it: in boot with the release in its name, or, in newer suites, beside the modules. */
function findKernelFile(name, release, made, stage) {
  const trees = [join(stage, 'image'), join(made, 'debug')];
  const named = trees.flatMap((tree) => [join(tree, 'boot', `${name}-${release}`),
    ...['usr/lib', 'lib'].map((lib) => join(tree, lib, 'modules', release, name))]);
  // In the image packages System.map is a line that tells where the real one is.
  const file = named.find((path) => existsSync(path) && statSync(path).size > 4096);
  if (file === undefined) {
    throw new LabError(`neither the image nor the debug package of ${release} has a ${name}`);
  }
  return file;
}

/** Copies the drivers and what they depend on, unpacked, and returns their names in the order to load them. */
function collectDrivers(release, image, folder) {
  mkdirSync(folder);
  const tree = ['lib', 'usr/lib'].map((lib) => join(image, lib, 'modules', release)).find((path) => existsSync(join(path, 'kernel')));
  const files = new Map();
  for (const entry of readdirSync(join(tree, 'kernel'), { recursive: true })) {
    const match = /([^/]+)\.ko(\.xz|\.zst|\.gz)?$/.exec(entry);
    if (match) {
      files.set(match[1].replaceAll('-', '_'), join(tree, 'kernel', entry));
    }
  }
  const order = [];
  const visit = (name) => {
    const file = files.get(name);
    if (file === undefined || order.includes(name)) {
      return;
    }
    const target = join(folder, `${name}.ko`);
    writeModule(file, target);
    const depends = run('modinfo', ['-F', 'depends', target]).trim();
    depends.split(',').filter(Boolean).forEach((needed) => visit(needed.replaceAll('-', '_')));
    order.push(name);
  };
  DRIVERS.forEach(visit);
  return order;
}

function writeModule(source, target) {
  const unpackers = { '.xz': ['xz', '-dc'], '.zst': ['zstd', '-dcq'], '.gz': ['gzip', '-dc'] };
  const unpacker = Object.keys(unpackers).find((ending) => source.endsWith(ending));
  if (unpacker === undefined) {
    copyFileSync(source, target);
    return;
  }
  const [program, ...args] = unpackers[unpacker];
  writeFileSync(target, run(program, [...args, source], { encoding: 'buffer' }));
}

/** Keeps the header packages' tree, with the one absolute path in it made relative. */
function adoptHeaders(packages, unpacked, folder) {
  mkdirSync(folder);
  renameSync(join(unpacked, 'usr'), join(folder, 'usr'));
  rmSync(join(folder, 'usr', 'share'), { recursive: true, force: true });
  const makefile = join(folder, 'usr', 'src', basename(packages.headers[0]), 'Makefile');
  const text = readFileSync(makefile, 'utf8').replace(/(^include )\/usr\/src\//m, '$1$(dir $(lastword $(MAKEFILE_LIST)))../');
  writeFileSync(makefile, text);
}

export function readBuildId(file) {
  const buildId = /Build ID: ([0-9a-f]+)/.exec(run('eu-readelf', ['-n', file]))?.[1];
  if (buildId === undefined) {
    throw new LabError(`${file} has no build id`);
  }
  return buildId;
}

/** The compilation folder of the image's first DWARF unit, which names its sources relative to it. */
function readCompDir(file) {
  const script = 'eu-readelf --debug-dump=info "$0" 2>/dev/null | grep -m1 -w comp_dir';
  const compDir = /"(.*)"/.exec(run('sh', ['-c', script, file]))?.[1];
  if (compDir === undefined) {
    throw new LabError(`${file} has no DWARF unit with a compilation folder`);
  }
  return compDir;
}
