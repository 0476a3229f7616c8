// Draws the wait-for graph inside its page: SVG made element by element, every text a text node, every link an index that the extension resolves.
import type { PageMessage, ShowMessage, ShownNode } from '../src/features/wait-graph/messages';
import { labelPlace, nextBox, pathOf } from '../src/features/wait-graph/navigation';

declare function acquireVsCodeApi(): { postMessage(message: PageMessage): void; getState(): unknown; setState(state: unknown): void };

const api = acquireVsCodeApi();
const svgNamespace = 'http://www.w3.org/2000/svg';
const padding = 8;
const lineHeight = 16;
// Distance of a line's foot from its upper edge.
const ascent = 12;
const zoomStep = 1.25;
const [leastZoom, mostZoom] = [0.2, 4];
// Text that is smaller than this is not read.
const leastFirstZoom = 0.75;

const summary = element('summary');
const picture = element('picture');
const details = element('details');
let shown: ShowMessage | undefined;
let groups: SVGGElement[] = [];
let selected = 0;
let zoom = readZoom() ?? 0;

window.addEventListener('message', (event: MessageEvent<ShowMessage | { readonly type: 'other' }>) => {
  if (event.data.type === 'show') {
    shown = event.data;
    draw(shown);
  }
});
element('text').addEventListener('click', () => {
  api.postMessage({ type: 'text' });
});
element('larger').addEventListener('click', () => {
  setZoom(zoom * zoomStep);
});
element('smaller').addEventListener('click', () => {
  setZoom(zoom / zoomStep);
});
element('fit').addEventListener('click', () => {
  setZoom(zoomThatFits());
});
api.postMessage({ type: 'ready' });

function draw(graph: ShowMessage): void {
  summary.replaceChildren(...graph.summary.map((sentence) => withText(document.createElement('li'), sentence)));
  const svg = document.createElementNS(svgNamespace, 'svg');
  svg.setAttribute('viewBox', `0 0 ${graph.width} ${graph.height}`);
  svg.append(makeMarkers(), ...graph.edges.flatMap(makeEdge));
  groups = graph.nodes.map(makeNode);
  svg.append(...groups);
  picture.replaceChildren(svg);
  selected = Math.min(selected, Math.max(0, groups.length - 1));
  groups[selected]?.setAttribute('tabindex', '0');
  // The first time as much as can be read in the panel's width; later as the user left it.
  setZoom(zoom === 0 ? Math.min(1, Math.max(leastFirstZoom, zoomThatFits())) : zoom);
}

function zoomThatFits(): number {
  return shown === undefined || shown.width === 0 ? 1 : picture.clientWidth / shown.width;
}

function makeMarkers(): SVGElement {
  const all = document.createElementNS(svgNamespace, 'defs');
  for (const [id, className] of [['arrow', 'arrow'], ['arrow-deadlock', 'arrow deadlock']] as const) {
    const marker = make('marker', { id, viewBox: '0 0 8 8', refX: 8, refY: 4, markerWidth: 9, markerHeight: 9, markerUnits: 'userSpaceOnUse', orient: 'auto' });
    marker.append(make('path', { d: 'M 0 0 L 8 4 L 0 8 z', class: className }));
    all.append(marker);
  }
  return all;
}

function makeEdge(edge: ShowMessage['edges'][number]): SVGElement[] {
  const classes = ['edge', ...(edge.isInDeadlock ? ['deadlock'] : []), ...(edge.isCertain ? [] : ['uncertain'])];
  const line = make('path', { d: pathOf(edge.points), class: classes.join(' '), 'marker-end': edge.isInDeadlock ? 'url(#arrow-deadlock)' : 'url(#arrow)' });
  const [x, y] = labelPlace(edge.points);
  // The boxes' descriptions say all that the words on arrows say.
  const label = withText(make('text', { x, y: y - 4, class: 'label', 'aria-hidden': 'true' }), edge.label);
  return [line, label];
}

function makeNode(node: ShownNode, index: number): SVGGElement {
  const classes = ['node', node.kind, ...(node.isRoot ? ['root'] : []), ...(node.isInDeadlock ? ['deadlock'] : []), ...(node.links.length > 0 ? ['linked'] : [])];
  const group = make('g', {
    class: classes.join(' '),
    transform: `translate(${node.x} ${node.y})`,
    tabindex: -1,
    role: node.links.length > 0 ? 'link' : 'img',
    'aria-label': node.description,
  }) as SVGGElement;
  group.append(
    withText(document.createElementNS(svgNamespace, 'title'), node.description),
    make('rect', { width: node.width, height: node.height, rx: node.kind === 'task' ? 2 : 12, class: 'box' }),
  );
  node.lines.forEach((text, line) => {
    const link = node.links.findIndex((candidate) => candidate.line === line);
    const drawn = withText(make('text', { x: padding, y: padding + line * lineHeight + ascent, ...(link >= 0 && { class: 'link' }) }), text);
    if (link >= 0) {
      drawn.addEventListener('click', (event) => {
        event.stopPropagation();
        select(index);
        api.postMessage({ type: 'follow', node: index, link });
      });
    }
    group.append(drawn);
  });
  group.addEventListener('click', () => {
    select(index);
    follow(index);
  });
  group.addEventListener('focus', () => {
    select(index);
  });
  group.addEventListener('keydown', (event) => {
    handleKey(event, index);
  });
  return group;
}

function handleKey(event: KeyboardEvent, index: number): void {
  if (event.key === 'Enter' || event.key === ' ') {
    event.preventDefault();
    follow(index);
    return;
  }
  const next = nextBox(shown?.nodes ?? [], index, event.key);
  if (next !== undefined) {
    event.preventDefault();
    groups[next]?.focus();
    groups[next]?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }
}

function follow(index: number): void {
  if ((shown?.nodes[index]?.links.length ?? 0) > 0) {
    api.postMessage({ type: 'follow', node: index, link: 0 });
  }
}

function select(index: number): void {
  groups[selected]?.setAttribute('tabindex', '-1');
  groups[selected]?.classList.remove('selected');
  selected = index;
  groups[index]?.setAttribute('tabindex', '0');
  groups[index]?.classList.add('selected');
  const node = shown?.nodes[index];
  if (node === undefined) {
    return;
  }
  const buttons = node.links.map((link, at) => {
    const button = withText(document.createElement('button'), link.label);
    button.type = 'button';
    button.addEventListener('click', () => {
      api.postMessage({ type: 'follow', node: index, link: at });
    });
    return button;
  });
  details.replaceChildren(withText(document.createElement('p'), node.description), ...buttons);
}

function setZoom(value: number): void {
  zoom = Math.min(mostZoom, Math.max(leastZoom, value));
  api.setState({ zoom });
  const svg = picture.firstElementChild;
  if (shown !== undefined && svg !== null) {
    svg.setAttribute('width', String(Math.ceil(shown.width * zoom)));
    svg.setAttribute('height', String(Math.ceil(shown.height * zoom)));
  }
}

function readZoom(): number | undefined {
  const state = api.getState();
  const value = typeof state === 'object' && state !== null ? (state as { zoom?: unknown }).zoom : undefined;
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) {
    throw new Error(`the page has no ${id}`);
  }
  return found;
}

function make(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const made = document.createElementNS(svgNamespace, name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, String(value));
  }
  return made;
}

function withText<T extends Element>(made: T, text: string): T {
  made.append(document.createTextNode(text));
  return made;
}
