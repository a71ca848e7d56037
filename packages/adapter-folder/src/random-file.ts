import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { damaged, toVsmError } from './errors.ts';

/** A file that is read at any place, without ever being whole in memory. */
export class RandomFile {
  readonly path: string;
  readonly size: number;
  readonly #handle: number;
  #scratch: Buffer = Buffer.alloc(0);

  /** @throws VsmError naming the file that is missing or may not be read */
  constructor(path: string) {
    this.path = path;
    try {
      this.size = statSync(path).size;
      this.#handle = openSync(path, 'r');
    } catch (cause) {
      throw toVsmError(cause, path);
    }
  }

  /** @throws VsmError where the file ends before */
  read(offset: number, length: number): Buffer {
    return this.#fill(Buffer.allocUnsafeSlow(this.#within(offset, length)), offset);
  }

  /** The same, in bytes that the next call of it changes: for what is turned into something else at once. */
  glance(offset: number, length: number): Buffer {
    if (this.#scratch.length < this.#within(offset, length)) this.#scratch = Buffer.allocUnsafeSlow(2 * length);
    return this.#fill(this.#scratch.subarray(0, length), offset);
  }

  /** Reads into these bytes as many as they are. */
  into(bytes: Buffer, offset: number): Buffer {
    this.#within(offset, bytes.length);
    return this.#fill(bytes, offset);
  }

  #within(offset: number, length: number): number {
    if (!Number.isSafeInteger(offset + length) || length < 0 || offset < 0 || offset + length > this.size) {
      throw damaged(this.path, `it ends at ${this.size} bytes, before the ${length} bytes at ${offset}`);
    }
    return length;
  }

  #fill(bytes: Buffer, offset: number): Buffer {
    for (let done = 0; done < bytes.length;) {
      const read = readSync(this.#handle, bytes, done, bytes.length - done, offset + done);
      if (read === 0) throw damaged(this.path, `it ends at ${offset + done} bytes`);
      done += read;
    }
    return bytes;
  }

  /** The whole file, where it is at most this large. */
  all(most: number): Buffer {
    if (this.size > most)
      throw damaged(this.path, `its ${this.size} bytes are more than the ${most} that are read at once`);
    return this.read(0, this.size);
  }

  close(): void {
    closeSync(this.#handle);
  }
}
