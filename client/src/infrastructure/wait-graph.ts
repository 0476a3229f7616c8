// The answer to vaquest/waitGraph: its types, and the checks it passes before it is drawn.

/** Request client to server: who waits for whom, as boxes and arrows with their places. */
export const waitGraphMethod = 'vaquest/waitGraph';

// The server draws 160 boxes; more than these are a mistake.
const maxNodes = 2000;
const maxEdges = 8000;
const maxLines = 12;
const maxLinks = 8;
const maxPoints = 5000;

const nodeKinds = ['task', 'lock', 'completion', 'work', 'rcu', 'event', 'io', 'cpu', 'more'] as const;

export type GraphNodeKind = (typeof nodeKinds)[number];

export interface GraphLocation {
  readonly uri: string;
  readonly line: number;
  readonly character: number;
}

export interface GraphLink {
  readonly label: string;
  /** Which of the box's lines is the link; undefined when the whole box is. */
  readonly line: number | undefined;
  readonly location: GraphLocation;
}

export interface GraphBox {
  readonly kind: GraphNodeKind;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly lines: readonly string[];
  readonly description: string;
  readonly isInDeadlock: boolean;
  readonly isRoot: boolean;
}

export interface GraphNode extends GraphBox {
  readonly links: readonly GraphLink[];
}

export interface GraphEdge {
  readonly from: number;
  readonly to: number;
  readonly label: string;
  readonly isCertain: boolean;
  readonly isInDeadlock: boolean;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface WaitGraph {
  readonly summary: readonly string[];
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** The generated document that says the same in words. */
  readonly textUri: string | undefined;
}

/** Reads the answer; undefined when it is none, as for a dump that is not open. What is no box or arrow makes it none. */
export function parseWaitGraph(value: unknown): WaitGraph | undefined {
  const record = asRecord(value);
  const nodes = parseAll(record?.nodes, maxNodes, parseNode);
  const edges = parseAll(record?.edges, maxEdges, parseEdge);
  if (record === undefined || nodes === undefined || edges?.every((edge) => edge.from < nodes.length && edge.to < nodes.length) !== true) {
    return undefined;
  }
  const textUri = text(record.textUri);
  return {
    summary: texts(record.summary),
    width: size(record.width),
    height: size(record.height),
    nodes,
    edges,
    textUri: textUri !== undefined && /^(file|vaquest):/.test(textUri) ? textUri : undefined,
  };
}

function parseNode(value: unknown): GraphNode | undefined {
  const record = asRecord(value);
  const kind = nodeKinds.find((candidate) => candidate === record?.kind);
  if (record === undefined || kind === undefined) {
    return undefined;
  }
  return {
    kind,
    x: size(record.x),
    y: size(record.y),
    width: size(record.width),
    height: size(record.height),
    lines: texts(record.lines).slice(0, maxLines),
    description: text(record.description) ?? '',
    isInDeadlock: record.deadlock === true,
    isRoot: record.root === true,
    links: (Array.isArray(record.links) ? record.links : []).slice(0, maxLinks).flatMap(parseLink),
  };
}

// Only files and generated documents: a picture never leads to the network or a command.
function parseLink(value: unknown): GraphLink[] {
  const record = asRecord(value);
  const location = asRecord(record?.location);
  const uri = text(location?.uri);
  const start = asRecord(asRecord(location?.range)?.start);
  const label = text(record?.label);
  if (label === undefined || uri === undefined || !/^(file|vaquest):/.test(uri)) {
    return [];
  }
  const line = record?.line;
  return [
    {
      label,
      line: typeof line === 'number' && Number.isInteger(line) && line >= 0 && line < maxLines ? line : undefined,
      location: { uri, line: Math.trunc(size(start?.line)), character: Math.trunc(size(start?.character)) },
    },
  ];
}

function parseEdge(value: unknown): GraphEdge | undefined {
  const record = asRecord(value);
  const [from, to] = [record?.from, record?.to];
  const points = parseAll(record?.points, maxPoints, (point): [number, number] | undefined =>
    Array.isArray(point) && point.length === 2 ? [size(point[0]), size(point[1])] : undefined,
  );
  if (record === undefined || !isIndex(from) || !isIndex(to) || points === undefined) {
    return undefined;
  }
  return { from, to, label: text(record.label) ?? '', isCertain: record.certain !== false, isInDeadlock: record.deadlock === true, points };
}

function parseAll<T>(value: unknown, most: number, parse: (item: unknown) => T | undefined): T[] | undefined {
  if (!Array.isArray(value) || value.length > most) {
    return undefined;
  }
  const items = value.map(parse).filter((item) => item !== undefined);
  return items.length === value.length ? items : undefined;
}

function isIndex(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

function size(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

function asRecord(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
