// The page that holds the picture of the wait-for graph: a frame for its script, which draws what it is sent.

type Translate = (message: string, ...values: string[]) => string;

export interface PageParts {
  readonly nonce: string;
  /** Address of the script, as the page may load it. */
  readonly script: string;
  readonly language: string;
}

/** Renders the page; nothing in it comes from a dump. */
export function renderGraphPage({ nonce, script, language }: PageParts, t: Translate): string {
  const label = (text: string): string => escapeHtml(text);
  return `<!DOCTYPE html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${label(t('Wait-for Graph'))}</title>
<style nonce="${nonce}">${style}</style>
</head>
<body>
<main>
<header>
<ul id="summary" aria-label="${label(t('Summary'))}"></ul>
<div role="toolbar" aria-label="${label(t('Actions'))}">
<button id="text" type="button">${label(t('Show as Text'))}</button>
<button id="larger" type="button">${label(t('Larger'))}</button>
<button id="smaller" type="button">${label(t('Smaller'))}</button>
<button id="fit" type="button">${label(t('Fit to Width'))}</button>
</div>
</header>
<div id="picture" role="group" aria-label="${label(t('Boxes are tasks and what they wait for. Arrow keys move, Enter opens.'))}"></div>
<aside id="details" aria-live="polite" aria-label="${label(t('Selected'))}"></aside>
</main>
<script nonce="${nonce}" src="${escapeHtml(script)}"></script>
</body>
</html>`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

// A deadlock is told by its words and by thick lines as well as by its colour.
const style = `
html, body { height: 100%; margin: 0; padding: 0; }
body { font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); color: var(--vscode-foreground); background: var(--vscode-editor-background); }
main { display: flex; flex-direction: column; height: 100%; }
header { padding: 0.6em 1em; border-bottom: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, transparent)); }
#summary { margin: 0 0 0.6em; padding-left: 1.2em; max-height: 7em; overflow: auto; }
button { padding: 0.3em 0.8em; margin-right: 0.4em; border: 1px solid var(--vscode-contrastBorder, transparent); border-radius: 2px; cursor: pointer;
  font: inherit; color: var(--vscode-button-secondaryForeground); background: var(--vscode-button-secondaryBackground); }
button:hover { background: var(--vscode-button-secondaryHoverBackground); }
button:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
#picture { flex: 1; overflow: auto; min-height: 0; }
#details { min-height: 4.2em; max-height: 9em; overflow: auto; padding: 0.6em 1em; border-top: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder, transparent)); }
#details p { margin: 0 0 0.5em; overflow-wrap: anywhere; }
svg text { font-family: var(--vscode-editor-font-family); font-size: 11px; fill: var(--vscode-editor-foreground); }
.box { fill: var(--vscode-editorWidget-background); stroke: var(--vscode-editorWidget-border, var(--vscode-contrastBorder, var(--vscode-foreground))); stroke-width: 1; }
.task .box { fill: var(--vscode-textBlockQuote-background, var(--vscode-editorWidget-background)); }
.task text:first-of-type { font-weight: 600; }
.io .box, .cpu .box { stroke-dasharray: 5 3; }
.more .box { fill: none; stroke: none; }
.root .box { stroke: var(--vscode-editorWarning-foreground); stroke-width: 3; }
.deadlock .box { stroke: var(--vscode-editorError-foreground); stroke-width: 3; }
.linked { cursor: pointer; }
.link { text-decoration: underline; fill: var(--vscode-textLink-foreground); cursor: pointer; }
.node:focus { outline: none; }
.node:focus-visible .box, .node.selected .box { stroke: var(--vscode-focusBorder); stroke-width: 3; }
.edge { fill: none; stroke: var(--vscode-foreground); stroke-width: 1.2; }
.edge.uncertain { stroke-dasharray: 4 4; }
.edge.deadlock { stroke: var(--vscode-editorError-foreground); stroke-width: 3; }
.arrow { fill: var(--vscode-foreground); }
.arrow.deadlock { fill: var(--vscode-editorError-foreground); }
svg text.label { font-size: 10px; text-anchor: middle; fill: var(--vscode-descriptionForeground); paint-order: stroke; stroke: var(--vscode-editor-background); stroke-width: 4px; }
`;
