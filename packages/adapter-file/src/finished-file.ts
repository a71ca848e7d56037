import type { CollectionDescription } from '@vsm/core/adapter';
import { fixed, FOREIGN, gone } from './errors.ts';
import type { Journal } from './journal.ts';
import type { Manifest } from './manifest.ts';
import { isDirectory } from './medium.ts';
import type { FileOptions } from './options.ts';
import { openPlace, stampOf, type Place } from './place.ts';
import type { RecordFile } from './read.ts';
import { isWritten, waitingManifest } from './write.ts';

/** The file of a collection as it was opened, with the manifest that belongs to it; there may be none yet. */
export class FinishedFile {
  readonly #place: Place;
  readonly #options: FileOptions;
  #opened: RecordFile | undefined;
  #stamp: string | undefined;
  #manifest: Manifest | undefined;

  constructor(place: Place, options: FileOptions) {
    this.#place = place;
    this.#options = options;
  }

  get opened(): RecordFile | undefined {
    return this.#opened;
  }

  /** Tells one file from another that is put in its place. */
  get stamp(): string | undefined {
    return this.#stamp;
  }

  /** `undefined` for a file that others wrote. */
  get manifest(): Manifest | undefined {
    return this.#manifest;
  }

  /** @throws VsmError where there is none any more */
  get existing(): RecordFile {
    if (this.#opened === undefined) throw gone(this.#place.path);
    return this.#opened;
  }

  /** Opens what is there now; `journal` holds what was written since. */
  async open(journal: Journal | undefined): Promise<void> {
    this.#stamp = await stampOf(this.#place);
    this.#manifest = undefined;
    this.#opened = undefined;
    if (this.#stamp === undefined) return;
    const waiting = journal === undefined ? undefined : await waitingManifest(this.#place, journal);
    this.#manifest = waiting ?? (await this.#place.medium.manifest(this.#place));
    try {
      this.#opened = await openPlace(this.#place, this.#options, this.#manifest);
    } catch (cause) {
      // Some files of a directory are in their bucket already, or its old ones are out of the way: the journal goes on with it.
      const goesOn = isDirectory(this.#place.format) ? journal : undefined;
      if (goesOn !== undefined && (await isWritten(goesOn))) return;
      // A file of ours is never written to, but replaced: by another process, after its manifest was read.
      if (this.#manifest === undefined || !(await this.isOutdated())) throw cause;
      await this.open(journal);
    }
  }

  async close(): Promise<void> {
    await this.#opened?.close();
    this.#opened = undefined;
  }

  /** Whether another process has put a new file in the place of the one that was opened. */
  async isOutdated(): Promise<boolean> {
    return this.#stamp !== (await stampOf(this.#place));
  }

  async describe(): Promise<CollectionDescription> {
    const described = await this.existing.describe(this.#place.name);
    const reason = this.#fixed();
    return reason === undefined ? described : { ...described, restrictions: { access: reason } };
  }

  /** @throws VsmError unless it is one of ours, which may be replaced or removed */
  own(verb: string): Manifest {
    if (this.#opened === undefined) throw gone(this.#place.path);
    if (this.#manifest !== undefined) return this.#manifest;
    throw fixed(this.#place.path, verb, FOREIGN);
  }

  /** @throws VsmError where it cannot be changed */
  async beginChange(): Promise<Manifest> {
    const manifest = this.own('change');
    const reason = this.#fixed();
    if (reason !== undefined) throw fixed(this.#place.path, 'change', reason);
    await this.#place.medium.prepare(this.#place, this.#stamp);
    return manifest;
  }

  #fixed(): string | undefined {
    return this.#manifest === undefined ? FOREIGN : this.#place.medium.fixed(this.#place);
  }
}
