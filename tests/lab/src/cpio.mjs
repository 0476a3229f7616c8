// Writes a "newc" cpio archive, the format of a Linux initial ramdisk, so that device nodes need no root on the host.
import { readFileSync } from 'node:fs';

const FOLDER = 0o040755;
const FILE = 0o100644;
const PROGRAM = 0o100755;
const LINK = 0o120777;
const CHARACTER_DEVICE = 0o020600;

export class CpioWriter {
  #parts = [];
  #folders = new Set();
  #inode = 1;

  addFolder(path) {
    const steps = path.split('/').filter(Boolean);
    for (let count = 1; count <= steps.length; count++) {
      const folder = steps.slice(0, count).join('/');
      if (!this.#folders.has(folder)) {
        this.#folders.add(folder);
        this.#entry(folder, FOLDER, Buffer.alloc(0));
      }
    }
    return this;
  }

  addBytes(path, bytes, isProgram = false) {
    this.#addParent(path);
    this.#entry(path, isProgram ? PROGRAM : FILE, Buffer.from(bytes));
    return this;
  }

  addFile(path, source, isProgram = false) {
    return this.addBytes(path, readFileSync(source), isProgram);
  }

  addLink(path, target) {
    this.#addParent(path);
    this.#entry(path, LINK, Buffer.from(target));
    return this;
  }

  addDevice(path, major, minor) {
    this.#addParent(path);
    this.#entry(path, CHARACTER_DEVICE, Buffer.alloc(0), major, minor);
    return this;
  }

  /** The archive with its trailer, padded to 512 bytes so that another archive may follow. */
  toBuffer() {
    this.#entry('TRAILER!!!', 0, Buffer.alloc(0));
    const bytes = Buffer.concat(this.#parts);
    return Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
  }

  #addParent(path) {
    this.addFolder(path.split('/').slice(0, -1).join('/'));
  }

  #entry(path, mode, bytes, major = 0, minor = 0) {
    const name = Buffer.from(`${path.replace(/^\/+/, '')}\0`);
    const fields = [this.#inode++, mode, 0, 0, 1, 0, bytes.length, 0, 0, major, minor, name.length, 0];
    const header = Buffer.from(`070701${fields.map((value) => value.toString(16).padStart(8, '0')).join('')}`);
    this.#parts.push(pad(Buffer.concat([header, name])), pad(bytes));
  }
}

function pad(bytes) {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}
