// Tests of the page behind a dump's tab: what it says in each state, and that hostile text stays text.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { escapeHtml, formatSize } from '../../../client/src/features/dump-editor/html';
import { pageCommands, renderPage } from '../../../client/src/features/dump-editor/landing-page';
import type { DumpState } from '../../../client/src/infrastructure/dump-session';
import type { DumpStatus, OpenDumpResult } from '../../../client/src/infrastructure/protocol';

const hostile = `"><script>alert('x')</script>&amp;<a href="command:x">`;
const file = { uri: `file:///a%20b/${encodeURIComponent(hostile)}`, name: hostile, path: `/a b/${hostile}`, size: 3_000_000, modified: new Date(0) };
const result: OpenDumpResult = {
  uri: 'vaquest:/a/report.crash',
  title: hostile,
  logUri: 'vaquest:/a/log.oops',
  debugInfo: { state: 'missing', summary: hostile, detail: hostile },
  panic: { message: hostile, function: hostile, file: hostile, line: 4 },
  warnings: [hostile],
};
const status: DumpStatus = {
  uri: result.uri,
  debugInfo: { state: 'matched', summary: 'all', detail: '' },
  source: { state: 'missing', summary: hostile, detail: '', compDir: '/b' },
};
const states: DumpState[] = [
  { kind: 'opening' },
  { kind: 'open', result, status },
  { kind: 'open', result: { ...result, panic: undefined, logUri: undefined }, status: undefined },
  { kind: 'failed', message: hostile, action: 'openHex' },
  { kind: 'failed', message: hostile, action: 'selectVmlinux' },
  { kind: 'failed', message: hostile, action: null },
  { kind: 'cancelled' },
  { kind: 'closed' },
  { kind: 'crashed' },
];

function render(state: DumpState): string {
  return renderPage(file, state, 'n0nce', (message, ...values) => message.replace('{0}', values[0] ?? ''), 'en');
}

function labels(page: string): string[] {
  return Array.from(page.matchAll(/<a href="[^"]*">([^<]*)<\/a>/g), (match) => match[1] ?? '');
}

describe('LandingPage', () => {
  for (const state of states) {
    it(`renders ${JSON.stringify(state).slice(0, 60)} without a script, with links to its own commands only`, () => {
      const page = render(state);
      assert.match(page, /content="default-src 'none'; style-src 'nonce-n0nce'"/);
      assert.doesNotMatch(page, /<script/i);
      const links = Array.from(page.matchAll(/href="([^"]*)"/g), (match) => match[1] ?? '');
      assert.ok(links.length > 0);
      for (const link of links) {
        const command = /^command:([\w.]+)(\?[\w%.\-~!*'()]*)?$/.exec(link.replaceAll('&#39;', "'"))?.[1];
        assert.ok(command !== undefined && pageCommands.includes(command), link);
      }
    });
  }

  it('says the panic first and offers what helps', () => {
    const page = render({ kind: 'open', result, status });
    assert.ok(page.indexOf(escapeHtml(hostile)) > 0);
    assert.deepEqual(labels(page), ['Show Report', 'Show Kernel Log', 'Select Source Folder…', 'Close Crash Dump']);
  });

  it('offers a vmlinux while none matches', () => {
    assert.ok(labels(render({ kind: 'open', result, status: undefined })).includes('Select vmlinux…'));
  });

  it('offers one action for a failure, and another try', () => {
    assert.deepEqual(labels(render({ kind: 'failed', message: 'm', action: 'openHex' })), ['Open in Another Editor', 'Open Again']);
    assert.deepEqual(labels(render({ kind: 'failed', message: 'm', action: null })), ['Open Again', 'Show Log']);
  });

  it('hands the file back to its commands unharmed', () => {
    const query = /command:vaquest\.page\.openAgain\?([^"]*)"/.exec(render({ kind: 'closed' }))?.[1] ?? '';
    assert.deepEqual(JSON.parse(decodeURIComponent(query.replaceAll('&#39;', "'"))), [file.uri]);
  });

  it('spells sizes', () => {
    assert.deepEqual([0, 1023, 1024, 3_000_000, 2 ** 34].map(formatSize), ['0 B', '1023 B', '1.0 KiB', '2.9 MiB', '16.0 GiB']);
  });
});
