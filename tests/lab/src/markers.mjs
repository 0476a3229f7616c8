// Finds the lines a crash passes through: comments `lab: FUNCTION [inlined-in FUNCTION]` in the modules' sources. A module of several
// scenarios marks a line for one of them with `lab(SCENARIO): FUNCTION`.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { modulesFolder, sourceRoot } from './modules.mjs';
import { LabError } from './run.mjs';

const MARKER = /\/\* lab(?:\(([\w, -]+)\))?: (\w+)(?: inlined-in (\w+))? \*\//;

/** The marked functions of a module by name: where each is when the kernel crashes in this scenario, and what it is inlined in. */
export function readMarkers(module, scenario) {
  const markers = new Map();
  for (const name of readdirSync(join(modulesFolder, module)).filter((file) => /\.[ch]$/.test(file))) {
    const lines = readFileSync(join(modulesFolder, module, name), 'utf8').split('\n');
    lines.forEach((text, index) => {
      const [, scenarios, marked, inlinedIn] = MARKER.exec(text) ?? [];
      if (marked === undefined || (scenarios !== undefined && !scenarios.split(', ').includes(scenario))) {
        return;
      }
      if (markers.has(marked)) {
        throw new LabError(`${module}/${name}:${index + 1} marks ${marked} a second time`);
      }
      markers.set(marked, { function: marked, inlinedIn, file: `${sourceRoot}/${module}/${name}`, line: index + 1 });
    });
  }
  return markers;
}

/** The frames at one physical function of a module, innermost first: what is inlined at its marked line, then itself. */
export function expandFrame(markers, name) {
  const own = markers.get(name);
  if (own === undefined) {
    return [{ function: name }];
  }
  const chain = [own];
  for (let inner = findInlined(markers, name); inner && chain.length < 16; inner = findInlined(markers, inner.function)) {
    chain.unshift(inner);
  }
  return chain.map(({ function: plain, file, line, inlinedIn }) => ({ function: plain, file, line, ...(inlinedIn && { inlined: true }) }));
}

function findInlined(markers, name) {
  return [...markers.values()].find((marker) => marker.inlinedIn === name);
}
