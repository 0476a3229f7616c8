// Gives a test file a cache of its own: import this before anything of src/, which reads VAQUEST_LAB once.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

export const cache = mkdtempSync(join(tmpdir(), 'vaquest-lab-test-'));
process.env.VAQUEST_LAB = cache;
after(() => rmSync(cache, { recursive: true, force: true }));
