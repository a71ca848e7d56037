import { open, type FileHandle } from 'node:fs/promises';

/** Files of which nothing is read just now, and that stay open all the same: a store may have thousands of collections. */
const MOST_IDLE = 32;

/** The one that was read longest ago comes first. */
const idle = new Set<OpenFile>();

/** A file to read from, which is closed while many others are read, and opened again. */
export class OpenFile {
  readonly #path: string;
  #handle: Promise<FileHandle> | undefined;
  /** What it was when it was opened first. */
  #content: string | undefined;
  #readers = 0;

  constructor(path: string) {
    this.#path = path;
  }

  async use<Result>(read: (handle: FileHandle) => Promise<Result>): Promise<Result> {
    this.#readers += 1;
    idle.delete(this);
    try {
      this.#handle ??= this.#open();
      return await read(await this.#handle);
    } finally {
      this.#readers -= 1;
      if (this.#readers === 0 && this.#handle !== undefined) {
        idle.add(this);
        await closeOldest();
      }
    }
  }

  async close(): Promise<void> {
    idle.delete(this);
    const handle = this.#handle;
    this.#handle = undefined;
    await (await handle?.catch(() => undefined))?.close();
  }

  async #open(): Promise<FileHandle> {
    const handle = await open(this.#path, 'r');
    try {
      const { dev, ino, size, mtimeNs } = await handle.stat({ bigint: true });
      const content = [dev, ino, size, mtimeNs].join(':');
      this.#content ??= content;
      if (content === this.#content) return handle;
      throw new Error('it was replaced while it was read');
    } catch (cause) {
      await handle.close();
      throw cause;
    }
  }
}

async function closeOldest(): Promise<void> {
  for (const file of idle) {
    if (idle.size <= MOST_IDLE) return;
    await file.close();
  }
}
