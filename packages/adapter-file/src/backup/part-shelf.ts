import type { CollectionSchema } from '@vsm/core/adapter';
import { sumsOf } from '../file-sums.ts';
import { conflict } from './errors.ts';
import type { BackupFolder } from './folder.ts';
import { describePart, writePart, type PartContent } from './part.ts';
import { parsePartName, partName, type StoredPart } from './stored-part.ts';

/** Parts that are on their way to a bucket at once; each may be in memory. */
const MOST_KEEPING = 4;

/** The parts of a folder, as a backup that is being made sees them. */
export class PartShelf {
  readonly #folder: BackupFolder;
  readonly #scratch: string;
  /** By what they hold. */
  readonly #known = new Map<string, StoredPart>();
  /** Of no snapshot that was looked at, such as what a backup wrote that was killed. */
  readonly #others = new Map<string, string[]>();
  readonly #fresh: StoredPart[] = [];
  /** Parts on their way. */
  readonly #keeping: Promise<void>[] = [];
  #written = { parts: 0, bytes: 0 };
  /** Parts of the last snapshot that are gone or were cut, by number. */
  readonly lost: ReadonlySet<number>;

  private constructor(folder: BackupFolder, scratch: string, lost: ReadonlySet<number>) {
    this.#folder = folder;
    this.#scratch = scratch;
    this.lost = lost;
  }

  static async open(folder: BackupFolder, parts: readonly StoredPart[], scratch: string): Promise<PartShelf> {
    const there = await folder.parts();
    const lost = new Set([...parts.keys()].filter((at) => !isThere(there, parts[at])));
    const shelf = new PartShelf(folder, scratch, lost);
    for (const [at, part] of parts.entries()) if (!lost.has(at)) shelf.#known.set(part.digest, part);
    for (const name of there.keys()) {
      const { digest, sha256 } = parsePartName(name) ?? {};
      if (digest === undefined || sha256 === undefined || shelf.#known.has(digest)) continue;
      shelf.#others.set(digest, [...(shelf.#others.get(digest) ?? []), sha256]);
    }
    return shelf;
  }

  /** What was written, the rest having been there. */
  get written(): { readonly parts: number; readonly bytes: number } {
    return this.#written;
  }

  async put(content: PartContent, schema: CollectionSchema): Promise<StoredPart> {
    const { digest, records } = content.sum;
    const known = this.#known.get(digest);
    if (known?.records === records) return known;
    const part = (await this.#adopt(content)) ?? (await this.#write(content, schema));
    this.#fresh.push(part);
    this.#known.set(digest, part);
    return part;
  }

  /** @throws VsmError `CONFLICT` where a part of the new snapshot is gone, so that none is made without it */
  async settle(parts: readonly StoredPart[]): Promise<void> {
    await Promise.all(this.#keeping);
    await this.#folder.settle(this.#fresh);
    const there = await this.#folder.parts();
    for (const part of parts) {
      if (isThere(there, part)) continue;
      throw conflict(`${partName(part)} was deleted while the backup was made, and no snapshot is. Run it again.`);
    }
  }

  async #write(content: PartContent, schema: CollectionSchema): Promise<StoredPart> {
    const { part, path } = await writePart(content, schema, this.#scratch);
    if (this.#keeping.length >= MOST_KEEPING) await this.#keeping.shift();
    const keeping = this.#folder.keep(path, part);
    // Told when it is waited for.
    keeping.catch(() => undefined);
    this.#keeping.push(keeping);
    this.#written = { parts: this.#written.parts + 1, bytes: this.#written.bytes + part.bytes };
    return part;
  }

  /** Takes a file for the part only after reading it: nobody has vouched for it. */
  async #adopt(content: PartContent): Promise<StoredPart | undefined> {
    const { digest } = content.sum;
    for (const sha256 of this.#others.get(digest) ?? []) {
      const source = await this.#folder.openPart({ digest, sha256 });
      try {
        const found = await sumsOf(source);
        if (found.sha256 === sha256) return { ...describePart(content), ...found };
      } finally {
        await source.close();
      }
    }
    return undefined;
  }
}

function isThere(parts: ReadonlyMap<string, number>, part: StoredPart | undefined): boolean {
  return part !== undefined && parts.get(partName(part)) === part.bytes;
}
