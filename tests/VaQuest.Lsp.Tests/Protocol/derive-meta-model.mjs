// derive-meta-model: cuts the part of LSP's meta model that the server speaks out of the whole, without its prose.
//
// usage: node derive-meta-model.mjs METAMODEL.json > lsp-3.18.json
// METAMODEL.json is protocol/metaModel.json of the repository microsoft/vscode-languageserver-node (MIT licence).
import { readFileSync } from 'node:fs';

const methods = [
  'initialize', 'initialized', 'shutdown', 'exit', '$/setTrace', '$/progress', '$/cancelRequest',
  'client/registerCapability', 'window/logMessage', 'window/showMessage', 'window/showDocument', 'window/workDoneProgress/create', 'window/workDoneProgress/cancel',
  'workspace/configuration', 'workspace/didChangeConfiguration', 'workspace/didChangeWorkspaceFolders', 'workspace/executeCommand',
  'workspace/inlayHint/refresh', 'workspace/semanticTokens/refresh', 'workspace/symbol',
  'workspace/textDocumentContent', 'workspace/textDocumentContent/refresh',
  'textDocument/didOpen', 'textDocument/didChange', 'textDocument/didClose', 'textDocument/didSave',
  'textDocument/hover', 'textDocument/definition', 'textDocument/references', 'textDocument/documentLink', 'documentLink/resolve',
  'textDocument/documentSymbol', 'textDocument/foldingRange', 'textDocument/semanticTokens/full', 'textDocument/inlayHint', 'inlayHint/resolve',
  'textDocument/codeLens', 'workspace/codeLens/refresh', 'textDocument/publishDiagnostics',
];

// What $/progress carries is "any" in the model; these are the shapes the specification gives it for work.
const extra = ['WorkDoneProgressBegin', 'WorkDoneProgressReport', 'WorkDoneProgressEnd', 'ServerCapabilities'];

const model = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const byName = (list) => new Map(list.map((item) => [item.name, item]));
const structures = byName(model.structures);
const enumerations = byName(model.enumerations);
const aliases = byName(model.typeAliases);
const kept = { methods: {}, structures: {}, enumerations: {}, aliases: {} };
// Their members are probed one by one, and never read as records.
const opaque = new Set(['ClientCapabilities', 'LSPAny', 'LSPObject', 'LSPArray']);

function propertiesOf(structure) {
  const inherited = [...(structure.extends ?? []), ...(structure.mixins ?? [])].flatMap((item) => propertiesOf(structures.get(item.name)));
  const all = new Map([...inherited, ...structure.properties].map((item) => [item.name, item]));
  return [...all.values()];
}

function keep(type) {
  if (type === undefined || typeof type !== 'object') {
    return;
  }
  if (type.kind === 'reference') {
    keepNamed(type.name);
    return;
  }
  for (const part of [type.element, type.key, type.value, ...(type.items ?? []), ...(type.value?.properties ?? []).map((item) => item.type)]) {
    keep(part);
  }
}

function keepNamed(name) {
  if (opaque.has(name) || name in kept.structures || name in kept.enumerations || name in kept.aliases) {
    return;
  }
  if (enumerations.has(name)) {
    const { type, values } = enumerations.get(name);
    kept.enumerations[name] = { type: type.name, values: Object.fromEntries(values.map((item) => [item.name, item.value])) };
  } else if (aliases.has(name)) {
    kept.aliases[name] = aliases.get(name).type;
    keep(kept.aliases[name]);
  } else {
    const members = {};
    kept.structures[name] = members;
    for (const { name: member, type, optional } of propertiesOf(structures.get(name))) {
      members[member] = { type: bare(type), ...(optional === true ? { optional: true } : {}) };
      keep(type);
    }
  }
}

// Literal structures hold prose as well.
function bare(value) {
  if (Array.isArray(value)) {
    return value.map(bare);
  }
  if (value === null || typeof value !== 'object') {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).filter(([key]) => !['documentation', 'since', 'sinceTags', 'proposed', 'deprecated'].includes(key)).map(([key, item]) => [key, bare(item)]),
  );
}

for (const method of methods) {
  const found = [...model.requests, ...model.notifications].find((item) => item.method === method);
  const { messageDirection: direction, params, result } = found;
  kept.methods[method] = { direction, ...(params ? { params } : {}), ...(result ? { result } : {}) };
  keep(params);
  keep(result);
}
extra.forEach(keepNamed);

const notice = `Copyright (c) Microsoft Corporation. All rights reserved. MIT License: Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions: The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software. THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

// One line for each entry, so that a change of the model is a readable change here.
const lines = (object) => `{\n${Object.entries(object).sort(([left], [right]) => (left < right ? -1 : 1)).map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`).join(',\n')}\n}`;
console.log(`{
"origin": "Derived by derive-meta-model.mjs from protocol/metaModel.json (${model.metaData.version}) of microsoft/vscode-languageserver-node.",
"license": ${JSON.stringify(notice)},
${Object.entries(kept).map(([name, value]) => `"${name}": ${lines(value)}`).join(',\n')}
}`);
