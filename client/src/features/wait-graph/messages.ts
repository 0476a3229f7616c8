// What the extension and the page with the picture say to each other. The page gets texts and numbers, and names links by their index.
import type { GraphBox, GraphEdge, GraphLocation, WaitGraph } from '../../infrastructure/wait-graph';

export interface ShownNode extends GraphBox {
  readonly links: readonly { readonly label: string; readonly line: number | undefined }[];
}

/** Extension to page: what to draw. */
export interface ShowMessage {
  readonly type: 'show';
  readonly summary: readonly string[];
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly ShownNode[];
  readonly edges: readonly GraphEdge[];
}

/** Page to extension. */
export type PageMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'text' }
  | { readonly type: 'follow'; readonly node: number; readonly link: number };

/** What the page is told of a graph: no address of any document. */
export function showMessage(graph: WaitGraph): ShowMessage {
  const { summary, width, height, edges } = graph;
  return {
    type: 'show',
    summary,
    width,
    height,
    edges,
    nodes: graph.nodes.map(({ links, ...box }) => ({ ...box, links: links.map(({ label, line }) => ({ label, line })) })),
  };
}

/** Reads a message of the page; undefined when it is none. */
export function parsePageMessage(value: unknown): PageMessage | undefined {
  const record = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  switch (record.type) {
    case 'ready':
    case 'text':
      return { type: record.type };
    case 'follow':
      return isIndex(record.node) && isIndex(record.link) ? { type: 'follow', node: record.node, link: record.link } : undefined;
    default:
      return undefined;
  }
}

/** Where a link leads; undefined when there is no such link. */
export function locationOf(graph: WaitGraph | undefined, node: number, link: number): GraphLocation | undefined {
  return graph?.nodes[node]?.links[link]?.location;
}

function isIndex(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}
