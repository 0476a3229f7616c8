// hover: how long the language server takes to say what a variable in the source was worth, as an editor asks it.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';

/** A client that sends requests one after another and refuses what the server asks. */
class Client {
  #pending = Buffer.alloc(0);
  #answers = new Map();
  #nextId = 0;

  constructor(server) {
    this.process = spawn(server, ['lsp'], { stdio: ['pipe', 'pipe', 'ignore'] });
    this.process.stdout.on('data', (chunk) => this.#read(chunk));
  }

  request(method, params) {
    const id = ++this.#nextId;
    return new Promise((resolve, reject) => {
      this.#answers.set(id, { resolve, reject });
      this.send({ id, method, params });
    });
  }

  send(message) {
    const text = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    this.process.stdin.write(Buffer.concat([Buffer.from(`Content-Length: ${text.length}\r\n\r\n`), text]));
  }

  #read(chunk) {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    for (;;) {
      const end = this.#pending.indexOf('\r\n\r\n');
      const length = Number(/Content-Length: (\d+)/.exec(this.#pending.subarray(0, Math.max(end, 0)))?.[1] ?? NaN);
      if (!(this.#pending.length >= end + 4 + length)) return;
      const message = JSON.parse(this.#pending.subarray(end + 4, end + 4 + length));
      this.#pending = this.#pending.subarray(end + 4 + length);
      if (message.method !== undefined && message.id !== undefined) this.send({ id: message.id, result: null });
      else if (message.id !== undefined) this.#settle(message);
    }
  }

  #settle({ id, result, error }) {
    const { resolve, reject } = this.#answers.get(id);
    this.#answers.delete(id);
    if (error === undefined) resolve(result);
    else reject(new Error(error.message));
  }
}

/**
 * Opens a dump and hovers the variables of a source line in turn.
 * @param {{server: string, dump: string, options: object, file: string, line: number, count: number}} what  line is 1-based
 * @returns {Promise<{open: number, first: number, others: number[]}>} seconds
 */
export async function measureHovers({ server, dump, options, file, line, count }) {
  const client = new Client(server);
  try {
    await client.request('initialize', { processId: process.pid, capabilities: { workspace: { textDocumentContent: {} } }, initializationOptions: options });
    client.send({ method: 'initialized', params: {} });
    const timed = async (body) => {
      const start = performance.now();
      const answer = await body();
      return { answer, seconds: (performance.now() - start) / 1000 };
    };
    const opened = await timed(() => client.request('workspace/executeCommand', { command: 'vaquest.openDump', arguments: [dump] }));
    const text = readFileSync(file, 'utf8').split('\n')[line - 1];
    const uri = pathToFileURL(file).href;
    const hover = (character) => timed(() => client.request('textDocument/hover', { textDocument: { uri }, position: { line: line - 1, character } }));
    let first;
    const places = [];
    for (const { index } of text.matchAll(/\b[a-z_]\w*/gi)) {
      const { answer, seconds } = await hover(index);
      if (answer !== null) {
        first ??= seconds;
        places.push(index);
      }
    }
    if (first === undefined) throw new Error(`no variable of ${file}:${line} has a value: ${text.trim()}`);
    const others = [];
    for (let i = 0; i < count; i++) others.push((await hover(places[i % places.length])).seconds);
    await client.request('shutdown');
    client.send({ method: 'exit' });
    return { open: opened.seconds, first, others };
  } finally {
    client.process.stdin.end();
  }
}
