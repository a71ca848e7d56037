import { crc32 } from 'node:zlib';
import { damaged, toVsmError } from './errors.ts';
import { OpenFile } from './open-file.ts';

/** CRC-32 of each block of a file, as its manifest has them. */
export interface Checksums {
  readonly blockBytes: number;
  readonly crc32: readonly number[];
}

/** What a manifest says about a file. */
export interface Expected {
  readonly bytes: number;
  readonly checksums: Checksums;
}

/** Where bytes come from. */
export interface ByteReader {
  /** Exactly the bytes of [start, end). */
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
  close(): Promise<void>;
}

/** Positioned reads from one file; where checksums are known, nothing unchecked is handed out. */
export class ByteSource {
  readonly path: string;
  readonly size: number;
  readonly #reader: ByteReader;
  readonly #checksums: Checksums | undefined;
  readonly #checked = new Set<number>();

  private constructor(path: string, size: number, reader: ByteReader, checksums: Checksums | undefined) {
    this.path = path;
    this.size = size;
    this.#reader = reader;
    this.#checksums = checksums;
  }

  static async open(path: string, expected?: Expected): Promise<ByteSource> {
    const file = new OpenFile(path);
    try {
      const { size } = await file.use((handle) => handle.stat());
      return ByteSource.over(path, size, readerOf(file), expected);
    } catch (cause) {
      await file.close();
      throw toVsmError(cause, `read ${path}`);
    }
  }

  /** @throws VsmError `INVALID_DATA` where there are not as many bytes as expected */
  static over(path: string, size: number, reader: ByteReader, expected?: Expected): ByteSource {
    if (expected === undefined || size === expected.bytes)
      return new ByteSource(path, size, reader, expected?.checksums);
    const reason = new Error(`it has ${size} bytes, and its manifest says ${expected.bytes}`);
    throw damaged(path, 'length', reason, 'It was cut or changed; make it again or restore a copy.');
  }

  /** Exactly the bytes of [start, end). Throws a plain Error on damage: the caller knows which row group or line it was. */
  async read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#checksums !== undefined) await this.#check(this.#checksums, start, end);
    return this.#reader.read(start, end);
  }

  /** The file from `start`, in pieces. */
  async *stream(start: number, chunkBytes: number): AsyncGenerator<Buffer<ArrayBuffer>, void, undefined> {
    for (let at = start; at < this.size; at += chunkBytes) {
      const bytes = await this.read(at, Math.min(this.size, at + chunkBytes));
      yield Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    }
  }

  async close(): Promise<void> {
    await this.#reader.close();
  }

  async #check({ blockBytes, crc32: expected }: Checksums, start: number, end: number): Promise<void> {
    for (let block = Math.floor(start / blockBytes); block * blockBytes < end; block += 1) {
      if (this.#checked.has(block)) continue;
      const from = block * blockBytes;
      const to = Math.min(this.size, from + blockBytes);
      if (crc32(await this.#reader.read(from, to)) !== expected[block]) {
        throw new Error(`the bytes ${from} to ${to - 1} are not those that were written (checksum)`);
      }
      this.#checked.add(block);
    }
  }
}

function readerOf(file: OpenFile): ByteReader {
  return {
    async read(start, end) {
      const bytes = new Uint8Array(new ArrayBuffer(Math.max(0, end - start)));
      let filled = 0;
      while (filled < bytes.length) {
        const { bytesRead } = await file.use((handle) =>
          handle.read(bytes, filled, bytes.length - filled, start + filled),
        );
        if (bytesRead === 0) throw new Error(`it ends at byte ${start + filled}, but more was expected`);
        filled += bytesRead;
      }
      return bytes;
    },
    close: () => file.close(),
  };
}
