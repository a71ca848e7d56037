import { open, type FileHandle } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Checksums } from './byte-source.ts';
import { toVsmError } from './errors.ts';

/** A flipped bit costs a re-read of this much, and a checksum per this much is kept. */
export const BLOCK_BYTES: number = 4 * 1024 * 1024;

export interface Written {
  readonly path: string;
  /** Relative to the collection's own path, or the file's name where it is the only one. */
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly checksums: Checksums;
  readonly longestLine?: number | undefined;
}

/** A new file that is written from beginning to end, and summed up on the way. */
export class OutputFile {
  readonly path: string;
  readonly #handle: FileHandle;
  readonly #sha256 = createHash('sha256');
  readonly #sums: number[] = [];
  #sum = 0;
  #bytes = 0;

  private constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.#handle = handle;
  }

  static async create(path: string): Promise<OutputFile> {
    try {
      return new OutputFile(path, await open(path, 'wx'));
    } catch (cause) {
      throw toVsmError(cause, `write ${path}`);
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    try {
      for (let done = 0; done < bytes.length;) {
        done += (await this.#handle.write(bytes, done, bytes.length - done)).bytesWritten;
      }
    } catch (cause) {
      throw toVsmError(cause, `write ${this.path}`);
    }
    this.#sha256.update(bytes);
    for (let start = 0; start < bytes.length;) {
      const end = Math.min(bytes.length, start + BLOCK_BYTES - (this.#bytes % BLOCK_BYTES));
      this.#sum = crc32(bytes.subarray(start, end), this.#sum);
      this.#bytes += end - start;
      start = end;
      if (this.#bytes % BLOCK_BYTES === 0) this.#nextBlock();
    }
  }

  /** On disk, not only handed to the system, once this resolves. */
  async finish(): Promise<Written> {
    if (this.#bytes % BLOCK_BYTES !== 0) this.#nextBlock();
    try {
      await this.#handle.sync();
    } catch (cause) {
      throw toVsmError(cause, `write ${this.path}`);
    } finally {
      await this.#handle.close();
    }
    return {
      path: this.path,
      name: basename(this.path),
      bytes: this.#bytes,
      sha256: this.#sha256.digest('hex'),
      checksums: { blockBytes: BLOCK_BYTES, crc32: this.#sums },
    };
  }

  async abandon(): Promise<void> {
    await this.#handle.close();
  }

  #nextBlock(): void {
    this.#sums.push(this.#sum);
    this.#sum = 0;
  }
}
