// Runs the flows of a user interface one after another, with screenshots, and a picture of each failure.
import path from 'node:path';

/**
 * @param {string} name
 * @param {Iterable<[string, (shot: (label: string) => Promise<unknown>) => Promise<void>]>} flows
 * @param {{page: import('playwright-core').Page, output: string, results: import('./results.mjs').Results}} options
 */
export async function runFlows(name, flows, { page, output, results }) {
  const prefix = name.replace(/\W+/g, '-');
  const shot = (label) => page.screenshot({ path: path.join(output, `${prefix}-${label}.png`) });
  for (const [title, flow] of flows) {
    await results.check(`ui: ${name}: ${title}`, async () => {
      try {
        await flow(shot);
      } catch (error) {
        await shot(`failed-${title.replace(/\W+/g, '-').slice(0, 40)}`);
        throw error;
      }
    });
  }
}
