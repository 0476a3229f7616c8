// What a scenario's source alone determines: values of variables, functions whose frames tail calls left out, stacks of blocked tasks.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LabError } from './run.mjs';

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', 'expected');

/** The files beside scenarios.json that the truth of this scenario is made from. */
export const expectedFiles = (scenario) => (scenario.values ? [join(folder, `${scenario.values}.json`)] : []);

/** The members of truth.json that come from the scenario's source. */
export function readExpected(scenario, markers) {
  const { tailCalls, tasks, cpus, lost, isDamaged } = scenario;
  return {
    ...(tailCalls && { tailCalls: tailCalls.map((gap) => ({ ...gap, functions: gap.functions.map((name) => locate(markers, name)) })) }),
    ...(tasks && { tasks }),
    ...(cpus && { cpus }),
    ...(lost && { lost }),
    ...(isDamaged && { isDamaged }),
    ...(scenario.values && { values: JSON.parse(readFileSync(expectedFiles(scenario)[0], 'utf8')) }),
  };
}

function locate(markers, name) {
  const marker = markers.get(name);
  if (marker === undefined) {
    throw new LabError(`no comment marks the line of ${name} in the module's source`);
  }
  return { function: name, file: marker.file, line: marker.line };
}
