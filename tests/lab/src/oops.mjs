// Reads what an x86_64 kernel printed about its own crash: the headline, who crashed, the registers, the call trace.

const HEADLINES = [
  /^(BUG: (?:kernel NULL pointer dereference|unable to handle).*)$/,
  /^(BUG: (?:TASK |IRQ |)stack guard page was hit .*)$/,
  /^(kernel BUG at .*)$/,
  /^((?:Oops: )?(?:general protection fault|divide error|invalid opcode|int3|stack segment|double fault).*)$/,
  /^(watchdog: BUG: soft lockup .*)$/,
  /^(WARNING: CPU: .*)$/,
  /^(Kernel panic - not syncing: .*)$/,
];
const WHO = /^CPU: (\d+) (?:UID: \d+ )?PID: (\d+) Comm: (.+?) (?:Kdump: loaded )?(?:Not tainted|Tainted: ((?:[A-Z] *)+?)) +\d/;
const FRAME = /^ (\? )?([A-Za-z_][\w.]*)\+0x([0-9a-f]+)\/0x([0-9a-f]+)(?: \[(\w+)[^\]]*\])?$/;
const ADDRESS = /^ (\? )?0x([0-9a-f]+)$/;
const LOCATION = /^RIP: 0010:(?:([A-Za-z_][\w.]*)\+0x([0-9a-f]+)\/0x([0-9a-f]+)(?: \[(\w+)[^\]]*\])?|0x([0-9a-f]+))$/;

/**
 * The crash as the log tells it, from the first headline, or from the first that begins with `beginning` when the crash has earlier reports;
 * undefined when the log has none.
 */
export function parseOops(log, beginning = '') {
  const lines = log.split('\n').map((line) => line.replace(/^\[ *\d+\.\d+\](?:\[ *[TC]\d+\])? /, '').trimEnd());
  const first = lines.findIndex((line) => line.startsWith(beginning) && HEADLINES.some((headline) => headline.test(line)));
  if (first < 0) {
    return undefined;
  }
  const body = lines.slice(first);
  const trace = body.findIndex((line) => line.startsWith('Call Trace:'));
  const head = body.slice(0, trace < 0 ? body.length : trace);
  const who = head.map((line) => WHO.exec(line)).find(Boolean);
  return {
    message: lines[first],
    cpu: who && Number(who[1]),
    pid: who && Number(who[2]),
    comm: who?.[3],
    taints: [...(who?.[4] ?? '').replaceAll(' ', '')].filter((letter) => letter !== 'G'),
    location: head.map((line) => LOCATION.exec(line)).filter(Boolean).map(readLocation)[0],
    registers: readRegisters(head),
    faultAddress: readFaultAddress(body[0]),
    trace: trace < 0 ? [] : readTrace(body.slice(trace + 1)),
  };
}

function readLocation(match) {
  return match[5] === undefined
    ? { symbol: match[1], offset: parseInt(match[2], 16), size: match[3], module: match[4] }
    : { pc: `0x${match[5]}` };
}

function readRegisters(head) {
  const registers = {};
  for (const line of head) {
    const stack = /^RSP: 0018:([0-9a-f]{16}) EFLAGS: ([0-9a-f]{8})/.exec(line);
    if (stack) {
      registers.rsp = `0x${stack[1]}`;
      registers.eflags = `0x${stack[2]}`;
    }
    const plain = /^(?:R[A-Z0-9]{1,2}|CR2): [0-9a-f]{16}/.test(line) ? line.matchAll(/\b(R[A-Z0-9]{1,2}|CR[234]): ([0-9a-f]{16})\b/g) : [];
    for (const [, name, value] of plain) {
      registers[name.toLowerCase()] = `0x${value}`;
    }
  }
  return registers;
}

function readFaultAddress(headline) {
  const match = /address:? (?:0x)?([0-9a-f]{1,16})\b/.exec(headline);
  return match && `0x${BigInt(`0x${match[1]}`).toString(16)}`;
}

/** The trace's lines in order, those with a question mark marked; it ends where the user's registers or the module list begin. */
function readTrace(lines) {
  const frames = [];
  for (const line of lines) {
    if (/^(RIP: 0033|Modules linked in|---\[|Kernel Offset|Code: Bad RIP|LAB: )/.test(line)) {
      break;
    }
    const frame = FRAME.exec(line);
    const location = LOCATION.exec(line);
    const address = ADDRESS.exec(line);
    if (address) {
      frames.push({ pc: `0x${address[2]}`, unreliable: address[1] !== undefined });
    } else if (frame) {
      frames.push({ ...readLocation([, ...frame.slice(2)]), unreliable: frame[1] !== undefined });
    } else if (location) {
      frames.push({ ...readLocation(location), unreliable: false, interrupted: true });
    }
  }
  return frames.filter((frame, index) => !repeats(frames[index - 1], frame));
}

// An interrupted function is named twice when its own address is also found as a word on the stack.
function repeats(before, frame) {
  return before?.interrupted === true && before.symbol === frame.symbol && before.offset === frame.offset;
}
