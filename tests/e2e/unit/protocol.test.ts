// Tests of the checks that messages of the server pass.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dumpIdOf } from '../../../client/src/infrastructure/dump-session';
import { parseDumpStatus, parseFailureAction, parseOpenDumpResult, parseTreeItems } from '../../../client/src/infrastructure/protocol';

const answer = {
  uri: 'vaquest:/ab12/report.crash',
  title: 'vmcore of 6.1',
  logUri: 'vaquest:/ab12/log.oops',
  debugInfo: { state: 'partial', summary: 'vmlinux matches' },
  panic: { message: 'BUG', function: 'f', file: '/a.c', line: 7 },
  warnings: ['w', 4],
};

describe('Protocol', () => {
  it('reads the answer of vaquest.openDump', () => {
    assert.deepEqual(parseOpenDumpResult(answer), {
      ...answer,
      debugInfo: { ...answer.debugInfo, detail: '' },
      warnings: ['w'],
    });
  });

  it('tolerates absent parts', () => {
    const result = parseOpenDumpResult({ uri: 'vaquest:/a/r', panic: null });
    assert.equal(result.panic, undefined);
    assert.equal(result.logUri, undefined);
    assert.equal(result.debugInfo.state, 'missing');
  });

  for (const value of [null, undefined, 4, 'x', [], {}, { uri: 5 }, { uri: '' }]) {
    it(`rejects ${JSON.stringify(value)} as an answer with a sentence`, () => {
      assert.throws(() => parseOpenDumpResult(value), /without the address of a report/);
      assert.equal(parseDumpStatus(value), undefined);
    });
  }

  for (const line of [0, -1, 1.5, '3', null]) {
    it(`drops the impossible line ${JSON.stringify(line)}`, () => {
      assert.equal(parseOpenDumpResult({ ...answer, panic: { ...answer.panic, line } }).panic?.line, undefined);
    });
  }

  it('reads a status and takes unknown states for missing', () => {
    const status = parseDumpStatus({ uri: 'u', debugInfo: { state: 'new' }, source: { state: 'found', compDir: '/b' } });
    assert.equal(status?.debugInfo.state, 'missing');
    assert.deepEqual(status.source, { state: 'found', summary: '', detail: '', compDir: '/b' });
  });

  it('accepts only known failure actions', () => {
    assert.equal(parseFailureAction({ action: 'selectVmlinux' }), 'selectVmlinux');
    assert.equal(parseFailureAction({ action: 'openHex' }), 'openHex');
    for (const data of [{ action: 'workbench.action.terminal.sendSequence' }, null, undefined, 'openHex']) {
      assert.equal(parseFailureAction(data), null);
    }
  });

  it('finds the id of a generated document and of no other', () => {
    assert.equal(dumpIdOf({ scheme: 'vaquest', path: '/ab12/tasks/report.crash' }), 'ab12');
    assert.equal(dumpIdOf({ scheme: 'vaquest', path: '/report.crash' }), undefined);
    assert.equal(dumpIdOf({ scheme: 'file', path: '/ab12/report.crash' }), undefined);
  });
});

describe('Tree', () => {
  const location = { uri: 'vaquest:/a/report.crash', range: { start: { line: 3, character: 1 } } };

  it('reads the children of a node', () => {
    const items = [{ id: 'tasks', kind: 'group', label: 'Tasks', description: '4', hasChildren: true }, { kind: 'report', label: 'Report', location }];
    assert.deepEqual(parseTreeItems({ items }), [
      { id: 'tasks', kind: 'group', label: 'Tasks', description: '4', hasChildren: true, location: undefined },
      { id: '', kind: 'report', label: 'Report', description: '', hasChildren: false, location: { uri: location.uri, line: 3, character: 1 } },
    ]);
  });

  it('leaves out what is no node, and locations that are neither files nor generated documents', () => {
    assert.deepEqual(parseTreeItems(null), []);
    assert.deepEqual(parseTreeItems({ items: [null, 4, {}, { label: '' }] }), []);
    for (const uri of ['command:x', 'https://example.org', 'javascript:0', '']) {
      assert.equal(parseTreeItems({ items: [{ label: 'x', location: { ...location, uri } }] })[0]?.location, undefined);
    }
  });

  it('takes an unknown kind for a note', () => {
    assert.equal(parseTreeItems({ items: [{ label: 'x', kind: 'new' }] })[0]?.kind, 'note');
  });
});
