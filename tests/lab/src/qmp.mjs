// The few words of QEMU's machine protocol the lab speaks: JSON lines over a unix socket.
import { createConnection } from 'node:net';
import { LabError, sleep } from './run.mjs';

export class Qmp {
  #socket;
  #buffer = '';
  #waiting = [];

  /** Connects, waiting for QEMU to make the socket, and leaves negotiation mode. */
  static async connect(path, seconds = 10) {
    for (let attempt = 0; attempt < seconds * 10; attempt++) {
      try {
        const qmp = new Qmp(await open(path));
        await qmp.#next();
        await qmp.execute('qmp_capabilities');
        return qmp;
      } catch (error) {
        if (error.code !== 'ENOENT' && error.code !== 'ECONNREFUSED') {
          throw error;
        }
        await sleep(100);
      }
    }
    throw new LabError(`QEMU opened no control socket at ${path} within ${seconds} seconds`);
  }

  constructor(socket) {
    this.#socket = socket;
    socket.setEncoding('utf8');
    socket.on('data', (text) => this.#receive(text));
    socket.on('close', () => this.#waiting.splice(0).forEach(({ reject }) => reject(new LabError('QEMU closed its control socket'))));
    socket.on('error', () => socket.destroy());
  }

  /** Runs one command and returns what it returns. */
  async execute(command, args = {}) {
    this.#socket.write(`${JSON.stringify({ execute: command, arguments: args })}\n`);
    const answer = await this.#next();
    if (answer.error) {
      throw new LabError(`QEMU refused ${command}: ${answer.error.desc}`);
    }
    return answer.return;
  }

  close() {
    this.#socket.destroy();
  }

  #next() {
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  #receive(text) {
    this.#buffer += text;
    const lines = this.#buffer.split('\n');
    this.#buffer = lines.pop();
    for (const line of lines.filter((entry) => entry.trim() !== '')) {
      const message = JSON.parse(line);
      if (message.event === undefined) {
        this.#waiting.shift()?.resolve(message);
      }
    }
  }
}

function open(path) {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    socket.once('connect', () => resolve(socket)).once('error', reject);
  });
}
