// Entry point inside the extension host: runs every test in order and leaves the results in a file.
import { writeFileSync } from 'node:fs';
import { dumpTests } from './dump-tests';
import { failureTests } from './failure-tests';
import { logTests } from './log-tests';
import { statusTests } from './status-tests';
import { valueTests } from './value-tests';

export type Test = readonly [name: string, body: () => Promise<void>];

interface Result {
  readonly name: string;
  readonly milliseconds: number;
  readonly error?: string;
}

/** Called by VS Code; a rejection makes its exit code 1. */
export async function run(): Promise<void> {
  const results: Result[] = [];
  for (const [name, body] of [...dumpTests, ...logTests, ...valueTests, ...statusTests, ...failureTests]) {
    const start = Date.now();
    let error: string | undefined;
    try {
      await body();
    } catch (thrown) {
      error = thrown instanceof Error ? thrown.message : String(thrown);
    }
    results.push({ name, milliseconds: Date.now() - start, ...(error === undefined ? {} : { error }) });
    writeFileSync(process.env.VAQUEST_E2E_RESULTS ?? '', JSON.stringify(results, null, 2));
  }
  if (results.some((result) => result.error !== undefined)) {
    throw new Error('tests failed');
  }
}
