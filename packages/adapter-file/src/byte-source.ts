import { open, type FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { toVsmError } from './errors.ts';

/** CRC-32 of each block of a file, as its manifest has them. */
export interface Checksums {
  readonly blockBytes: number;
  readonly crc32: readonly number[];
}

/** Positioned reads from one file; where checksums are known, nothing unchecked is handed out. */
export class ByteSource {
  readonly path: string;
  readonly size: number;
  readonly #handle: FileHandle;
  readonly #checksums: Checksums | undefined;
  readonly #checked = new Set<number>();

  private constructor(path: string, size: number, handle: FileHandle, checksums: Checksums | undefined) {
    this.path = path;
    this.size = size;
    this.#handle = handle;
    this.#checksums = checksums;
  }

  static async open(path: string, checksums?: Checksums): Promise<ByteSource> {
    try {
      const handle = await open(path, 'r');
      return new ByteSource(path, (await handle.stat()).size, handle, checksums);
    } catch (cause) {
      throw toVsmError(cause, `read ${path}`);
    }
  }

  /** Exactly the bytes of [start, end). Throws a plain Error on damage: the caller knows which row group or line it was. */
  async read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#checksums !== undefined) await this.#check(this.#checksums, start, end);
    return this.#read(start, end);
  }

  /** The file from `start`, in pieces. */
  async *stream(start: number, chunkBytes: number): AsyncGenerator<Buffer<ArrayBuffer>, void, undefined> {
    for (let at = start; at < this.size; at += chunkBytes) {
      const bytes = await this.read(at, Math.min(this.size, at + chunkBytes));
      yield Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    }
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  async #check({ blockBytes, crc32: expected }: Checksums, start: number, end: number): Promise<void> {
    for (let block = Math.floor(start / blockBytes); block * blockBytes < end; block += 1) {
      if (this.#checked.has(block)) continue;
      const from = block * blockBytes;
      const to = Math.min(this.size, from + blockBytes);
      if (crc32(await this.#read(from, to)) !== expected[block]) {
        throw new Error(`the bytes ${from} to ${to - 1} are not those that were written (checksum)`);
      }
      this.#checked.add(block);
    }
  }

  async #read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(new ArrayBuffer(Math.max(0, end - start)));
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await this.#handle.read(bytes, filled, bytes.length - filled, start + filled);
      if (bytesRead === 0) throw new Error(`it ends at byte ${start + filled}, but more was expected`);
      filled += bytesRead;
    }
    return bytes;
  }
}
