import { open, type FileHandle } from 'node:fs/promises';
import { damaged, toVsmError } from '../errors.ts';

/** Positioned reads from one file. */
export class ByteSource {
  readonly path: string;
  readonly size: number;
  readonly #handle: FileHandle;

  private constructor(path: string, size: number, handle: FileHandle) {
    this.path = path;
    this.size = size;
    this.#handle = handle;
  }

  static async open(path: string): Promise<ByteSource> {
    try {
      const handle = await open(path, 'r');
      return new ByteSource(path, (await handle.stat()).size, handle);
    } catch (cause) {
      throw toVsmError(cause, `read ${path}`);
    }
  }

  /** Exactly the bytes of [start, end): a file that is shorter than it was when it was opened is damaged. */
  async read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(new ArrayBuffer(Math.max(0, end - start)));
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await this.#handle.read(bytes, filled, bytes.length - filled, start + filled);
      if (bytesRead === 0) {
        throw damaged(
          this.path,
          `byte ${start + filled}`,
          new Error('the file ends here, but more was expected'),
          'It was cut; make it again or restore a copy.',
        );
      }
      filled += bytesRead;
    }
    return bytes;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}
