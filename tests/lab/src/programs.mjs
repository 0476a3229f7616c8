// The lab's own guest programs: one C file each, linked statically because the guest has no libc.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LabError, run, which } from './run.mjs';

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', 'programs');

/** The source of a program. */
export const programFile = (name) => join(folder, `${name}.c`);

/** Builds a program into `target` and returns its name and file. */
export function buildProgram(name, target) {
  const compiler = ['gcc-12', 'gcc'].find((program) => which(program) !== undefined);
  if (compiler === undefined) {
    throw new LabError(`there is no gcc to build ${name}: run node tests/lab/lab.mjs prerequisites`, 3);
  }
  const file = join(target, name);
  run(compiler, ['-O2', '-static', '-pthread', '-w', '-o', file, programFile(name)]);
  return { name, file };
}
