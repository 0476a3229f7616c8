// Builds the lab's kernel modules against a kernel's headers, with DWARF and BTF, free of this machine's paths.
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kernelFolder } from './cache.mjs';
import { LabError, run, say, which } from './run.mjs';
import { runInTools, withToolFolder } from './toolroot.mjs';

export const modulesFolder = join(dirname(fileURLToPath(import.meta.url)), '..', 'modules');

/** Where the modules' DWARF says their sources are: the same on every machine that makes the dump. */
export const sourceRoot = '/usr/src/vaquest-lab';

/** Builds one module and puts `<name>.ko` into `target`; `work` is a folder for the build. */
export function buildModule(kernel, name, work, target) {
  const build = join(kernelFolder(kernel.kernel), 'build');
  const built = kernel.hasOwnTools
    ? withToolFolder(build, (folder) => compile(kernel, name, folder, target, build))
    : compile(kernel, name, work, target);
  addBtf(kernel, built);
}

/** Runs kbuild on a copy of the module's sources; with `toolRoot` inside that root, where paths begin anew. */
function compile(kernel, name, work, target, toolRoot) {
  const outside = join(work, name);
  cpSync(join(modulesFolder, name), outside, { recursive: true });
  const inside = (path) => (toolRoot ? path.slice(toolRoot.length) : path);
  const headers = inside(join(kernelFolder(kernel.kernel), 'build', 'usr', 'src'));
  const source = inside(outside);
  const flags = [`-ffile-prefix-map=${source}=${sourceRoot}/${name}`, `-ffile-prefix-map=${headers}=/usr/src`];
  const compiler = toolRoot ? kernel.compiler : findCompiler(kernel);
  const make = ['make', '-C', join(headers, `linux-headers-${kernel.release}`), `M=${source}`, `CC=${compiler}`,
    `KCFLAGS=${flags.join(' ')}`, 'modules'];
  if (toolRoot) {
    runInTools(toolRoot, make);
  } else {
    run(make[0], make.slice(1));
  }
  mkdirSync(target, { recursive: true });
  copyFileSync(join(outside, `${name}.ko`), join(target, `${name}.ko`));
  return join(target, `${name}.ko`);
}

/** The compiler that built the kernel, or else the machine's own gcc. */
function findCompiler(kernel) {
  const compiler = [kernel.compiler, 'gcc'].find((program) => which(program) !== undefined);
  if (compiler === undefined) {
    throw new LabError(`neither ${kernel.compiler} nor gcc is here to build a module: run node tests/lab/lab.mjs prerequisites`, 3);
  }
  return compiler;
}

/** Where kbuild adds no BTF (it has no image in the header packages) pahole does, on the image's own. Without it the module has none. */
function addBtf(kernel, file) {
  if (which('pahole') === undefined || /\s\.BTF\s/.test(run('eu-readelf', ['-SW', file]))) {
    return;
  }
  const copy = `${file}.btf`;
  copyFileSync(file, copy);
  try {
    const image = join(kernelFolder(kernel.kernel), 'vmlinux');
    run('pahole', ['-J', '--btf_gen_floats', '--skip_encoding_btf_enum64', '--btf_base', image, copy]);
    copyFileSync(copy, file);
  } catch (error) {
    say(`${basename(file)} gets no BTF: ${error.message.split('\n').pop()}`);
  } finally {
    rmSync(copy);
  }
}

/** Copies a module's own source files, as built, into `target/<name>/`. */
export function copySources(name, target) {
  const from = join(modulesFolder, name);
  if (!existsSync(from)) {
    throw new LabError(`there is no module ${name} in ${modulesFolder}`);
  }
  mkdirSync(join(target, name), { recursive: true });
  readdirSync(from).forEach((file) => copyFileSync(join(from, file), join(target, name, file)));
}
