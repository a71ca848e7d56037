import type {
  CollectionDescription,
  CollectionSchema,
  RecordsRequest,
  RecordsWitness,
  ScanRequest,
  UpsertOptions,
  UpsertResult,
  VectorRecord,
  ValuesWitness,
  Witness,
} from '@vsm/core/adapter';
import { sift } from './acceptance.ts';
import { conflict, gone, unfinished } from './errors.ts';
import { FinishedFile } from './finished-file.ts';
import type { Entry } from './frames.ts';
import { indexRecords, JOURNAL, journalPage, livePage } from './journal-pages.ts';
import { clearLeft } from './journal-folder.ts';
import { Journal } from './journal.ts';
import { withDimensions, type LiveRecords } from './live-records.ts';
import type { FileOptions } from './options.ts';
import type { Place } from './place.ts';
import { EVERYTHING, type FilePage, type Position, type Range } from './read.ts';
import { finishWriting, isDelivered, isWritten, removeFile, writeFile } from './write.ts';

const NO_VECTORS = { vectors: {} };

/**
 * A file, and a journal of what was written since. The file never changes: `flush` writes a new one and puts it in its place.
 * Written twice, a record counts once, the last time; that also makes a page that is written again after a crash harmless.
 */
export class StoredCollection {
  readonly place: Place;
  readonly #options: FileOptions;
  readonly #file: FinishedFile;
  #journal: Journal | undefined;
  /** A journal of which everything is in the file: a crash came before it was removed. It is read around. */
  #leftOver: Journal | undefined;
  /** Whether this process has written to the journal: nobody takes a half-written export of another for a whole one. */
  #isOurs = false;
  #schema: CollectionSchema | undefined;
  #live: Promise<LiveRecords> | undefined;
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(place: Place, options: FileOptions) {
    this.place = place;
    this.#options = options;
    this.#file = new FinishedFile(place, options);
  }

  static async create(place: Place, options: FileOptions, schema: CollectionSchema): Promise<StoredCollection> {
    const stored = new StoredCollection(place, options);
    stored.#journal = await Journal.create(journalPath(place), { schema, generation: 1 }, options.takeOver);
    stored.#schema = schema;
    stored.#isOurs = true;
    return stored;
  }

  /** `undefined` where there is neither a file nor an unfinished export. Writes nothing, whatever a crash left. */
  static async open(place: Place, options: FileOptions): Promise<StoredCollection | undefined> {
    const stored = new StoredCollection(place, options);
    try {
      stored.#journal = await Journal.open(journalPath(place), options.takeOver);
      await stored.#file.open(stored.#journal);
      const journal = stored.#journal;
      const { opened, manifest } = stored.#file;
      if (journal !== undefined && opened !== undefined && (await isDelivered(place, journal, manifest))) {
        stored.#leftOver = journal;
        stored.#journal = undefined;
      }
      if (stored.#journal !== undefined) {
        stored.#schema = stored.#journal.head.schema;
        await stored.#liveRecords();
      }
    } catch (cause) {
      await stored.close();
      throw cause;
    }
    return stored.#journal === undefined && stored.#file.opened === undefined ? undefined : stored;
  }

  /** Counts up whenever positions change their meaning. */
  get generation(): number {
    return this.#file.manifest?.generation ?? 0;
  }

  async identify(): Promise<string | undefined> {
    return this.place.medium.identify(this.place.path);
  }

  async describe(): Promise<CollectionDescription> {
    if (this.#journal === undefined) return this.#file.describe();
    const { count } = await this.#liveRecords();
    const state = `unfinished: ${count} records were accepted so far, and the file is written when all are`;
    return { ...(this.#schema as CollectionSchema), name: this.place.name, notes: [state] };
  }

  async count(): Promise<number> {
    return this.#journal === undefined ? this.#file.existing.count() : (await this.#liveRecords()).count;
  }

  async namespaces(): Promise<ReadonlyMap<string, number>> {
    const { manifest } = this.#file;
    if (this.#journal === undefined && manifest !== undefined) return new Map(Object.entries(manifest.namespaces));
    return (await this.#liveRecords()).namespaces;
  }

  /** Past the reader; of a file that is still being written there is none. */
  async witness(): Promise<Witness | undefined> {
    return this.#journal === undefined ? this.#file.opened?.witness() : undefined;
  }

  async witnessValues(): Promise<ValuesWitness | undefined> {
    return this.#journal === undefined ? this.#file.opened?.witnessValues() : undefined;
  }

  async witnessRecords({ ids, namespace = '' }: RecordsRequest): Promise<RecordsWitness | undefined> {
    const { opened } = this.#file;
    if (this.#journal !== undefined || opened === undefined) return undefined;
    const live = await this.#liveRecords();
    const places = ids.flatMap((id) => {
      const position = live.find(id, namespace);
      return position === undefined ? [] : [{ id, position }];
    });
    return opened.witnessRecords(places.toSorted((left, right) => left.position - right.position));
  }

  async split(target: number): Promise<readonly Range[]> {
    this.#refuseUnfinished();
    const inFile = (await this.#file.opened?.split(target)) ?? [];
    if (this.#journal === undefined) return inFile;
    const bounded = inFile.map((range) => ({ ...range, to: Math.min(range.to, JOURNAL) }));
    return [...bounded, { from: JOURNAL, to: EVERYTHING.to }];
  }

  async read(range: Range, limit: number, include: ScanRequest['include']): Promise<FilePage> {
    this.#refuseUnfinished();
    return this.#read(range, limit, include);
  }

  async fetch(ids: readonly string[], namespace: string): Promise<VectorRecord[]> {
    const live = await this.#liveRecords();
    const positions = ids.flatMap((id) => live.find(id, namespace) ?? []).toSorted((left, right) => left - right);
    const inFile = positions.filter((position) => position < JOURNAL);
    const found = inFile.length === 0 ? [] : [...(await this.#file.existing.pick(inFile))];
    for (const position of positions.slice(inFile.length)) {
      const page = await this.#read({ from: position, to: position + 1 }, 1, ['vectors', 'metadata']);
      found.push(...page.records);
    }
    return found;
  }

  async upsert(records: readonly VectorRecord[], mode: UpsertOptions['mode']): Promise<UpsertResult> {
    const { taken, rejected } = sift(
      records,
      this.place,
      this.#options,
      this.#schema ?? this.#file.manifest?.schema ?? NO_VECTORS,
    );
    await this.#write(async (journal, live) => {
      const wanted =
        mode === 'insert-only' ? taken.filter(({ id, namespace }) => live.find(id, namespace) === undefined) : taken;
      await this.#append(
        journal,
        live,
        wanted.map((record) => ({ record })),
      );
      this.#learn(taken);
    });
    return { accepted: taken.length, rejected };
  }

  async delete(ids: readonly string[], namespace: string | undefined): Promise<void> {
    const home = namespace === '' ? undefined : namespace;
    await this.#write(async (journal, live) => {
      const known = ids.filter((id) => live.find(id, home) !== undefined);
      await this.#append(
        journal,
        live,
        known.map((id) => ({ deleted: { id, namespace: home } })),
      );
    });
  }

  /** Writes the file with everything that was accepted, and puts it in its place at once. */
  async flush(): Promise<void> {
    await this.#exclusive(async () => {
      const journal = await this.#claim();
      if (journal === undefined) {
        if (this.#file.manifest !== undefined)
          await clearLeft(journalPath(this.place), this.#options.takeOver ?? false);
        return;
      }
      const live = await this.#liveRecords();
      const pages = this.#pages();
      await writeFile(this.place, journal, this.#schema as CollectionSchema, live, pages);
      await this.#reopen();
    });
  }

  /** After a new file was put in its place. */
  async #reopen(): Promise<void> {
    await this.#file.close();
    this.#journal = undefined;
    this.#live = undefined;
    this.#schema = undefined;
    await this.#file.open(undefined);
  }

  /** Takes the journal for this process. What another one had written whole is put in its place, and then there is none. */
  async #claim(): Promise<Journal | undefined> {
    const journal = this.#journal;
    const written = journal !== undefined && !this.#isOurs && (await isWritten(journal)) ? journal : this.#leftOver;
    if (written !== undefined) {
      await finishWriting(this.place, written);
      this.#leftOver = undefined;
      await this.#reopen();
      return undefined;
    }
    await journal?.claim();
    this.#isOurs = journal !== undefined;
    return journal;
  }

  async drop(): Promise<void> {
    await this.#exclusive(async () => {
      if (this.#journal === undefined) this.#file.own('delete');
      const journal = this.#journal ?? this.#leftOver;
      await journal?.claim();
      await this.#file.close();
      await removeFile(this.place, journal);
      this.#journal = undefined;
      this.#leftOver = undefined;
    });
  }

  async close(): Promise<void> {
    await this.#exclusive(async () => {
      await this.#file.close();
      await this.#journal?.close();
      await this.#leftOver?.close();
      this.#journal = undefined;
      this.#leftOver = undefined;
    });
  }

  /** Whether the file on disk is not the one that was opened: another process has put a new one in its place. */
  async isOutdated(): Promise<boolean> {
    if (this.#journal !== undefined) return false;
    return this.#file.opened === undefined || (await this.#file.isOutdated());
  }

  async #read({ from, to }: Range, limit: number, include: ScanRequest['include']): Promise<FilePage> {
    const journal = this.#journal;
    const file = this.#file.opened;
    if (file !== undefined && from < JOURNAL) {
      const page = await file.read({ from, to: Math.min(to, JOURNAL) }, limit, include);
      if (journal === undefined) return page;
      const next = page.next ?? (to > JOURNAL ? JOURNAL : undefined);
      return livePage({ ...page, next }, await this.#liveRecords());
    }
    if (journal === undefined) throw gone(this.place.path);
    return livePage(await journalPage(journal, { from, to }, limit, include), await this.#liveRecords());
  }

  async *#pages(): AsyncGenerator<readonly VectorRecord[], void, undefined> {
    for (let from: Position | undefined = 0; from !== undefined;) {
      const page: FilePage = await this.#read({ from, to: EVERYTHING.to }, 1000, ['vectors', 'metadata']);
      yield page.records;
      from = page.next;
    }
  }

  /** The first call reads all ids of the file once, and the whole journal: neither has an index of its own. */
  #liveRecords(): Promise<LiveRecords> {
    this.#live ??= indexRecords(this.#file.opened, this.#file.manifest, this.#journal, (record) =>
      this.#learn([record]),
    ).catch((cause: unknown) => {
      this.#live = undefined;
      throw cause;
    });
    return this.#live;
  }

  async #write(change: (journal: Journal, live: LiveRecords) => Promise<void>): Promise<void> {
    await this.#exclusive(async () => {
      const journal = (await this.#claim()) ?? (await this.#begin());
      await change(journal, await this.#liveRecords());
    });
  }

  /** Begins to change a finished file. */
  async #begin(): Promise<Journal> {
    const { schema, generation } = await this.#file.beginChange();
    const head = { schema, generation: generation + 1, replaces: this.#file.stamp };
    const journal = await Journal.create(journalPath(this.place), head, this.#options.takeOver);
    if (await this.#file.isOutdated()) {
      await journal.remove();
      throw conflict(`another process has written ${this.place.path} since it was opened. Open the collection again.`);
    }
    this.#schema = schema;
    this.#live = undefined;
    this.#journal = journal;
    this.#isOurs = true;
    return journal;
  }

  /** A vector that was declared without a dimension gets that of the first record. */
  #learn(records: readonly VectorRecord[]): void {
    const schema = this.#schema as CollectionSchema;
    const vectors = records.reduce(withDimensions, schema.vectors);
    if (vectors !== schema.vectors) this.#schema = { ...schema, vectors };
  }

  async #append(journal: Journal, live: LiveRecords, entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) return;
    const offsets = await journal.append(entries);
    for (const [at, entry] of entries.entries()) live.apply(entry, JOURNAL + (offsets[at] as number));
  }

  /** One after the other: entries of two calls must not mix. */
  async #exclusive<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#writing.then(work);
    this.#writing = result.catch(() => undefined);
    return result;
  }

  #refuseUnfinished(): void {
    if (this.#journal === undefined || this.#isOurs) return;
    throw unfinished(this.place.path, this.#journal.folder);
  }
}

function journalPath({ medium, path }: Place): string {
  return medium.journalPath(path);
}
