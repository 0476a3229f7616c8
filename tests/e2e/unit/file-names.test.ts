// Tests of which names count as dumps, held against the patterns of the manifest.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { anyFileViewType, dumpViewType, isUsualDumpName, viewTypeFor } from '../../../client/src/infrastructure/file-names';
import { manifest } from './manifest';

const dumps = [
  '/a/vmcore', '/a/VMCORE', '/a b/vmcore.flat', '/a/vmcore.elf', '/a/vmcore.kdump', '/a/vmcore.zst', '/a/vmcore.lzo',
  '/a/vmcore.snappy', '/a/vmcore-incomplete', '/a/web1.vmcore', '/a/x.kdump', '/var/crash/202611231400/dump.202611231400',
  '/var/crash/dump.0',
];
const others = ['/a/vmcore-dmesg.txt', '/a/core.123', '/a/x.core', '/a/x.dump', '/a/dump.1', '/crash/dump.x', '/a/vmcore.c', '/a/vmcores'];

// VS Code's glob for the patterns in use: {a,b}, *, ** and [0-9], without case.
function toRegExp(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^$()|]/g, '\\$&')
    .replace(/\{([^}]*)\}/g, (_, list: string) => `(${list.split(',').join('|')})`)
    .replaceAll('**/', '\u0000')
    .replaceAll('*', '[^/]*')
    .replaceAll('\u0000', '(.*/)?');
  return new RegExp(`^${source}$`, 'i');
}

function matchesManifest(path: string): boolean {
  const editor = manifest.contributes.customEditors.find((item) => item.viewType === dumpViewType);
  assert.ok(editor);
  return editor.selector.some(({ filenamePattern }) => {
    const subject = filenamePattern.includes('/') ? `file:${path}` : (path.split('/').at(-1) ?? '');
    return toRegExp(filenamePattern).test(subject);
  });
}

describe('FileNames', () => {
  for (const path of dumps) {
    it(`opens ${path} as a dump by itself`, () => {
      assert.equal(isUsualDumpName(path), true);
      assert.equal(matchesManifest(path), true);
      assert.equal(viewTypeFor(path), dumpViewType);
    });
  }
  for (const path of others) {
    it(`leaves ${path} to other editors`, () => {
      assert.equal(isUsualDumpName(path), false);
      assert.equal(matchesManifest(path), false);
      assert.equal(viewTypeFor(path), anyFileViewType);
    });
  }
});
