import type { CollectionSchema, VectorRecord } from '@vsm/core/adapter';
import { conflict, unfinished } from './errors.ts';
import type { FinishedFile } from './finished-file.ts';
import type { Entry } from './frames.ts';
import { clearLeft } from './journal-folder.ts';
import { indexRecords, JOURNAL } from './journal-pages.ts';
import { Journal } from './journal.ts';
import { withDimensions, type LiveRecords } from './live-records.ts';
import type { FileOptions } from './options.ts';
import type { Place } from './place.ts';
import { finishWriting, isDelivered, isWritten, removeFile, writeFile } from './write.ts';

/** The journal of what was written since the file, from the first write to the file that replaces it. */
export class PendingChanges {
  readonly #place: Place;
  readonly #options: FileOptions;
  readonly #file: FinishedFile;
  #journal: Journal | undefined;
  /** A journal of which everything is in the file: a crash came before it was removed. It is read around. */
  #leftOver: Journal | undefined;
  /** Whether this process has written to the journal: nobody takes a half-written export of another for a whole one. */
  #isOurs = false;
  #schema: CollectionSchema | undefined;
  #live: Promise<LiveRecords> | undefined;

  constructor(place: Place, options: FileOptions, file: FinishedFile) {
    this.#place = place;
    this.#options = options;
    this.#file = file;
  }

  /** `undefined` where the file holds everything. */
  get journal(): Journal | undefined {
    return this.#journal;
  }

  /** That of the journal, with what its records taught. */
  get schema(): CollectionSchema | undefined {
    return this.#schema;
  }

  /** Begins a collection that has no file yet. */
  async create(schema: CollectionSchema): Promise<void> {
    this.#begun(await Journal.create(this.#path, { schema, generation: 1 }, this.#options.takeOver), schema);
  }

  /** Opens journal and file. Writes nothing, whatever a crash left. */
  async open(): Promise<void> {
    this.#journal = await Journal.open(this.#path, this.#options.takeOver);
    await this.#file.open(this.#journal);
    const journal = this.#journal;
    const { opened, manifest } = this.#file;
    if (journal !== undefined && opened !== undefined && (await isDelivered(this.#place, journal, manifest))) {
      this.#leftOver = journal;
      this.#journal = undefined;
    }
    if (this.#journal !== undefined) {
      this.#schema = this.#journal.head.schema;
      await this.live();
    }
  }

  /** The first call reads all ids of the file once, and the whole journal: neither has an index of its own. */
  live(): Promise<LiveRecords> {
    this.#live ??= indexRecords(this.#file.opened, this.#file.manifest, this.#journal, (record) =>
      this.learn([record]),
    ).catch((cause: unknown) => {
      this.#live = undefined;
      throw cause;
    });
    return this.#live;
  }

  /** @throws VsmError where another process may still be writing. */
  refuseUnfinished(): void {
    if (this.#journal === undefined || this.#isOurs) return;
    throw unfinished(this.#place.path, this.#journal.folder);
  }

  /** Gets ready to write: takes the journal for this process, or begins one. */
  async begin(): Promise<void> {
    if ((await this.#claim()) === undefined) await this.#change();
  }

  /** After {@link begin}. */
  async append(entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0 || this.#journal === undefined) return;
    const live = await this.live();
    const offsets = await this.#journal.append(entries);
    for (const [at, entry] of entries.entries()) live.apply(entry, JOURNAL + (offsets[at] as number));
  }

  /** A vector that was declared without a dimension gets that of the first record. */
  learn(records: readonly VectorRecord[]): void {
    const schema = this.#schema as CollectionSchema;
    const vectors = records.reduce(withDimensions, schema.vectors);
    if (vectors !== schema.vectors) this.#schema = { ...schema, vectors };
  }

  /** Writes a file of `pages`, and puts it in its place at once. */
  async deliver(pages: () => AsyncIterable<readonly VectorRecord[]>): Promise<void> {
    const journal = await this.#claim();
    if (journal === undefined) {
      if (this.#file.manifest !== undefined) await clearLeft(this.#path, this.#options.takeOver ?? false);
      return;
    }
    const live = await this.live();
    await writeFile(this.#place, journal, this.#schema as CollectionSchema, live, pages());
    await this.#reopen();
  }

  /** Deletes the file and whatever was written since. */
  async remove(): Promise<void> {
    if (this.#journal === undefined) this.#file.own('delete');
    const journal = this.#journal ?? this.#leftOver;
    await journal?.claim();
    await this.#file.close();
    await removeFile(this.#place, journal);
    this.#journal = undefined;
    this.#leftOver = undefined;
  }

  async close(): Promise<void> {
    await this.#file.close();
    await this.#journal?.close();
    await this.#leftOver?.close();
    this.#journal = undefined;
    this.#leftOver = undefined;
  }

  /** Takes the journal for this process. What another one had written whole is put in its place, and then there is none. */
  async #claim(): Promise<Journal | undefined> {
    const journal = this.#journal;
    const written = journal !== undefined && !this.#isOurs && (await isWritten(journal)) ? journal : this.#leftOver;
    if (written !== undefined) {
      await finishWriting(this.#place, written);
      this.#leftOver = undefined;
      await this.#reopen();
      return undefined;
    }
    await journal?.claim();
    this.#isOurs = journal !== undefined;
    return journal;
  }

  /** Begins to change a finished file. */
  async #change(): Promise<void> {
    const { schema, generation } = await this.#file.beginChange();
    const head = { schema, generation: generation + 1, replaces: this.#file.stamp };
    const journal = await Journal.create(this.#path, head, this.#options.takeOver);
    if (await this.#file.isOutdated()) {
      await journal.remove();
      throw conflict(`another process has written ${this.#place.path} since it was opened. Open the collection again.`);
    }
    this.#begun(journal, schema);
  }

  #begun(journal: Journal, schema: CollectionSchema): void {
    this.#schema = schema;
    this.#live = undefined;
    this.#journal = journal;
    this.#isOurs = true;
  }

  /** After a new file was put in its place. */
  async #reopen(): Promise<void> {
    await this.#file.close();
    this.#journal = undefined;
    this.#live = undefined;
    this.#schema = undefined;
    await this.#file.open(undefined);
  }

  get #path(): string {
    return journalPath(this.#place);
  }
}

/** Deletes what a manifest says is ours and that cannot be opened any more. @returns whether it was ours */
export async function dropDamaged(place: Place, { takeOver }: FileOptions): Promise<boolean> {
  if ((await place.medium.manifest(place)) === undefined) return false;
  const journal = await Journal.open(journalPath(place), takeOver);
  try {
    await journal?.claim();
    await removeFile(place, journal);
  } finally {
    await journal?.close();
  }
  return true;
}

function journalPath({ medium, path }: Place): string {
  return medium.journalPath(path);
}
