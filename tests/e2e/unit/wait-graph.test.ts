// Tests of the wait-for graph's picture: what is believed of the server's answer and of the page's messages, and how keys move.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lensesOf } from '../../../client/src/features/report-lenses/lenses';
import { locationOf, parsePageMessage, showMessage } from '../../../client/src/features/wait-graph/messages';
import { labelPlace, nextBox, pathOf } from '../../../client/src/features/wait-graph/navigation';
import { renderGraphPage } from '../../../client/src/features/wait-graph/page';
import { parseWaitGraph } from '../../../client/src/infrastructure/wait-graph';

const hostile = `"><script>alert('x')</script><a href="command:x">`;
const location = { uri: 'vaquest:/a/page/task/7.crash', range: { start: { line: 0, character: 0 } } };
const box = { kind: 'task', x: 16, y: 16, width: 252, height: 64, lines: ['PID 7 a', 'uninterruptible', hostile], description: hostile };
const answer = {
  summary: ['Deadlock of 2 tasks.', 4],
  width: 900,
  height: 100,
  nodes: [
    { ...box, deadlock: true, root: false, links: [{ label: 'task', location }, { label: 'source', line: 2, location: { uri: 'file:///a.c', range: { start: { line: 8, character: 1 } } } }] },
    { ...box, kind: 'lock', x: 378, links: [] },
  ],
  edges: [{ from: 0, to: 1, label: 'waits for', certain: false, deadlock: true, points: [[268, 48], [378, 48]] }],
  textUri: 'vaquest:/a/waits.crash',
};

describe('WaitGraph', () => {
  it('reads an answer', () => {
    const graph = parseWaitGraph(answer);
    assert.ok(graph);
    assert.deepEqual(graph.summary, ['Deadlock of 2 tasks.']);
    assert.deepEqual(graph.nodes.map((node) => [node.kind, node.isInDeadlock, node.links.length]), [['task', true, 2], ['lock', false, 0]]);
    assert.deepEqual(graph.edges[0]?.points, [[268, 48], [378, 48]]);
    assert.equal(graph.edges[0].isCertain, false);
    assert.deepEqual(locationOf(graph, 0, 1), { uri: 'file:///a.c', line: 8, character: 1 });
  });

  it('refuses what is none, and arrows that lead nowhere', () => {
    for (const value of [null, 4, {}, { ...answer, nodes: [{ kind: 'task' }, { kind: 'new' }] }, { ...answer, nodes: null }, { ...answer, edges: [{ from: 0, to: 2, points: [] }] },
      { ...answer, edges: [{ from: -1, to: 1, points: [] }] }, { ...answer, edges: [{ from: 0, to: 1, points: [[1]] }] }, { ...answer, nodes: new Array(2001).fill(box) }]) {
      assert.equal(parseWaitGraph(value), undefined);
    }
  });

  it('drops links to anything but files and generated documents', () => {
    for (const uri of ['command:x', 'https://example.org', 'javascript:0', '']) {
      const nodes = [{ ...box, links: [{ label: 'x', location: { ...location, uri } }] }, answer.nodes[1]];
      assert.deepEqual(parseWaitGraph({ ...answer, nodes })?.nodes[0]?.links, []);
      assert.equal(parseWaitGraph({ ...answer, textUri: uri })?.textUri, undefined);
    }
  });

  it('tells the page no address of any document', () => {
    const graph = parseWaitGraph(answer);
    assert.ok(graph);
    const text = JSON.stringify(showMessage(graph));
    assert.doesNotMatch(text, /vaquest:|file:/);
    assert.deepEqual(showMessage(graph).nodes[0]?.links, [{ label: 'task', line: undefined }, { label: 'source', line: 2 }]);
  });

  it('believes only messages of the page that name a link', () => {
    const graph = parseWaitGraph(answer);
    assert.deepEqual(parsePageMessage({ type: 'follow', node: 0, link: 1 }), { type: 'follow', node: 0, link: 1 });
    assert.deepEqual(parsePageMessage({ type: 'ready', uri: 'command:x' }), { type: 'ready' });
    for (const value of [null, 'ready', { type: 'open', uri: 'command:x' }, { type: 'follow', node: '0', link: 0 }, { type: 'follow', node: 0.5, link: 0 }, { type: 'follow', node: -1, link: 0 }]) {
      assert.equal(parsePageMessage(value), undefined);
    }
    assert.equal(locationOf(graph, 1, 0), undefined);
    assert.equal(locationOf(graph, 99, 0), undefined);
    assert.equal(locationOf(undefined, 0, 0), undefined);
  });
});

describe('WaitGraphPage', () => {
  it('runs its own script alone, loads nothing else, and has no text of a dump', () => {
    const page = renderGraphPage({ nonce: 'n0nce', script: 'https://file.example/dist/client/wait-graph.js', language: hostile }, (text) => text + hostile);
    assert.match(page, /content="default-src 'none'; style-src 'nonce-n0nce'; script-src 'nonce-n0nce'"/);
    assert.deepEqual(page.match(/<script[^>]*>/g), ['<script nonce="n0nce" src="https://file.example/dist/client/wait-graph.js">']);
    assert.doesNotMatch(page, /\son\w+=|style="|<a |<img|<iframe|<form/);
  });
});

describe('WaitGraphNavigation', () => {
  const boxes = [[0, 0], [100, 0], [100, 50], [200, 50], [0, 50]].map(([x, y]) => ({ x: x ?? 0, y: y ?? 0, width: 80, height: 30 }));

  it('moves along the arrows, and stays at the edge', () => {
    assert.equal(nextBox(boxes, 0, 'ArrowRight'), 1);
    assert.equal(nextBox(boxes, 4, 'ArrowRight'), 2);
    assert.equal(nextBox(boxes, 2, 'ArrowUp'), 1);
    assert.equal(nextBox(boxes, 3, 'ArrowLeft'), 2);
    assert.equal(nextBox(boxes, 0, 'ArrowUp'), 0);
    assert.equal(nextBox(boxes, 2, 'Home'), 0);
    assert.equal(nextBox(boxes, 2, 'End'), 4);
    assert.equal(nextBox(boxes, 2, 'x'), undefined);
    assert.equal(nextBox([], 0, 'ArrowUp'), undefined);
  });

  it('makes paths', () => {
    assert.equal(pathOf([]), '');
    assert.equal(pathOf([[0, 0], [10, 0], [30, 20], [30, 40]]), 'M 0 0 L 10 0 C 20 0 20 20 30 20 L 30 40');
    assert.deepEqual(labelPlace([[0, 0], [10, 20], [90, 90]]), [5, 10]);
    assert.deepEqual(labelPlace([[50, 0], [50, 20], [10, 40]]), [30, 30]);
    assert.deepEqual(labelPlace([]), [0, 0]);
  });
});

describe('ReportLenses', () => {
  it('offers the graph where the verdict names it, across a line break too, and not where the log does', () => {
    assert.deepEqual(lensesOf('/a/report.crash', 'A task hung. All waits: vaquest\nwaits.\n\nPanic'), ['log', 'mail', 'waits']);
    assert.deepEqual(lensesOf('/a/report.crash', 'The kernel hit BUG().\n\n[1.0] vaquest waits\n'), ['log', 'mail']);
    assert.deepEqual(lensesOf('/a/waits.crash', ''), ['waits']);
    assert.deepEqual(lensesOf('/a/log.oops', 'vaquest waits'), []);
  });
});
