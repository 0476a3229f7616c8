// Small helpers to write HTML from text that may be hostile.

/** A label and the address it leads to. */
export type Action = readonly [label: string, href: string];

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Makes text safe as element content and as a quoted attribute value. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** A link that runs a command of VS Code with string arguments. */
export function command(id: string, ...values: string[]): string {
  return values.length === 0 ? `command:${id}` : `command:${id}?${encodeURIComponent(JSON.stringify(values))}`;
}

/** A number of bytes in binary units, with one decimal above a kibibyte. */
export function formatSize(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = bytes < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return `${power === 0 ? value.toFixed(0) : value.toFixed(1)} ${units[power] ?? ''}`;
}
