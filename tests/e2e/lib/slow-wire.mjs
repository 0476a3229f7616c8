// A wire on which the request to open a dump below a folder "slow" is held back until its cancel comes. Everything else passes at once.
//
// usage: node slow-wire.mjs SERVER ARGUMENT...
import { spawn } from 'node:child_process';

const server = spawn(process.argv[2], process.argv.slice(3), { stdio: ['pipe', 'inherit', 'inherit'] });
server.on('exit', (code) => process.exit(code ?? 1));
process.on('SIGTERM', () => server.kill('SIGTERM'));

const held = new Map();
let pending = Buffer.alloc(0);

process.stdin.on('data', (chunk) => {
  pending = Buffer.concat([pending, chunk]);
  for (let message = take(); message !== undefined; message = take()) {
    pass(message);
  }
});
process.stdin.on('end', () => server.stdin.end());

/** The next whole message with its headers. */
function take() {
  const end = pending.indexOf('\r\n\r\n');
  const length = end < 0 ? undefined : /Content-Length: (\d+)/i.exec(pending.subarray(0, end).toString('latin1'))?.[1];
  const total = length === undefined ? Infinity : end + 4 + Number(length);
  if (pending.length < total) {
    return undefined;
  }
  const bytes = pending.subarray(0, total);
  pending = pending.subarray(total);
  return { bytes, value: JSON.parse(bytes.subarray(end + 4).toString('utf8')) };
}

function pass({ bytes, value }) {
  if (value.method === 'workspace/executeCommand' && String(value.params?.arguments?.[0]).includes('/slow/')) {
    held.set(value.id, bytes);
    return;
  }
  if (value.method === '$/cancelRequest' && held.has(value.params.id)) {
    server.stdin.write(held.get(value.params.id));
    held.delete(value.params.id);
  }
  server.stdin.write(bytes);
}
