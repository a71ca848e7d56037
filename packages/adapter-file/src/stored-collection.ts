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
import { gone } from './errors.ts';
import { FinishedFile } from './finished-file.ts';
import { JOURNAL, journalPage, livePage } from './journal-pages.ts';
import type { LiveRecords } from './live-records.ts';
import type { FileOptions } from './options.ts';
import { PendingChanges } from './pending-changes.ts';
import type { Place } from './place.ts';
import { EVERYTHING, type FilePage, type Position, type Range } from './read.ts';

const NO_VECTORS = { vectors: {} };

/**
 * A file, and a journal of what was written since. The file never changes: `flush` writes a new one and puts it in its place.
 * Written twice, a record counts once, the last time; that also makes a page that is written again after a crash harmless.
 */
export class StoredCollection {
  readonly place: Place;
  readonly #options: FileOptions;
  readonly #file: FinishedFile;
  readonly #pending: PendingChanges;
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(place: Place, options: FileOptions) {
    this.place = place;
    this.#options = options;
    this.#file = new FinishedFile(place, options);
    this.#pending = new PendingChanges(place, options, this.#file);
  }

  static async create(place: Place, options: FileOptions, schema: CollectionSchema): Promise<StoredCollection> {
    const stored = new StoredCollection(place, options);
    await stored.#pending.create(schema);
    return stored;
  }

  /** `undefined` where there is neither a file nor an unfinished export. Writes nothing, whatever a crash left. */
  static async open(place: Place, options: FileOptions): Promise<StoredCollection | undefined> {
    const stored = new StoredCollection(place, options);
    try {
      await stored.#pending.open();
    } catch (cause) {
      await stored.close();
      throw cause;
    }
    return stored.#pending.journal === undefined && stored.#file.opened === undefined ? undefined : stored;
  }

  /** Counts up whenever positions change their meaning. */
  get generation(): number {
    return this.#file.manifest?.generation ?? 0;
  }

  async identify(): Promise<string | undefined> {
    return this.place.medium.identify(this.place.path);
  }

  async describe(): Promise<CollectionDescription> {
    if (this.#pending.journal === undefined) return this.#file.describe();
    const { count } = await this.#pending.live();
    const state = `unfinished: ${count} records were accepted so far, and the file is written when all are`;
    return { ...(this.#pending.schema as CollectionSchema), name: this.place.name, notes: [state] };
  }

  async count(): Promise<number> {
    return this.#pending.journal === undefined ? this.#file.existing.count() : (await this.#pending.live()).count;
  }

  async namespaces(): Promise<ReadonlyMap<string, number>> {
    const { manifest } = this.#file;
    if (this.#pending.journal === undefined && manifest !== undefined)
      return new Map(Object.entries(manifest.namespaces));
    return (await this.#pending.live()).namespaces;
  }

  /** Past the reader; of a file that is still being written there is none. */
  async witness(): Promise<Witness | undefined> {
    return this.#pending.journal === undefined ? this.#file.opened?.witness() : undefined;
  }

  async witnessValues(): Promise<ValuesWitness | undefined> {
    return this.#pending.journal === undefined ? this.#file.opened?.witnessValues() : undefined;
  }

  async witnessRecords({ ids, namespace = '' }: RecordsRequest): Promise<RecordsWitness | undefined> {
    const { opened } = this.#file;
    if (this.#pending.journal !== undefined || opened === undefined) return undefined;
    const live = await this.#pending.live();
    const places = ids.flatMap((id) => live.findAll(id, namespace).map((position) => ({ id, position })));
    return opened.witnessRecords(places.toSorted((left, right) => left.position - right.position));
  }

  async split(target: number): Promise<readonly Range[]> {
    this.#pending.refuseUnfinished();
    const inFile = (await this.#file.opened?.split(target)) ?? [];
    if (this.#pending.journal === undefined) return inFile;
    const bounded = inFile.map((range) => ({ ...range, to: Math.min(range.to, JOURNAL) }));
    return [...bounded, { from: JOURNAL, to: EVERYTHING.to }];
  }

  async read(range: Range, limit: number, include: ScanRequest['include']): Promise<FilePage> {
    this.#pending.refuseUnfinished();
    return this.#read(range, limit, include);
  }

  async fetch(ids: readonly string[], namespace: string): Promise<VectorRecord[]> {
    const live = await this.#pending.live();
    const positions = ids.flatMap((id) => live.findAll(id, namespace)).toSorted((left, right) => left - right);
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
      this.#pending.schema ?? this.#file.manifest?.schema ?? NO_VECTORS,
    );
    await this.#write(async (live) => {
      const wanted =
        mode === 'insert-only' ? taken.filter(({ id, namespace }) => live.find(id, namespace) === undefined) : taken;
      await this.#pending.append(wanted.map((record) => ({ record })));
      this.#pending.learn(taken);
    });
    return { accepted: taken.length, rejected };
  }

  async delete(ids: readonly string[], namespace: string | undefined): Promise<void> {
    const home = namespace === '' ? undefined : namespace;
    await this.#write(async (live) => {
      const known = ids.filter((id) => live.find(id, home) !== undefined);
      await this.#pending.append(known.map((id) => ({ deleted: { id, namespace: home } })));
    });
  }

  /** Writes the file with everything that was accepted, and puts it in its place at once. */
  async flush(): Promise<void> {
    await this.#exclusive(() => this.#pending.deliver(() => this.#pages()));
  }

  async drop(): Promise<void> {
    await this.#exclusive(() => this.#pending.remove());
  }

  async close(): Promise<void> {
    await this.#exclusive(() => this.#pending.close());
  }

  /** Whether the file on disk is not the one that was opened: another process has put a new one in its place. */
  async isOutdated(): Promise<boolean> {
    if (this.#pending.journal !== undefined) return false;
    return this.#file.opened === undefined || (await this.#file.isOutdated());
  }

  async #read({ from, to }: Range, limit: number, include: ScanRequest['include']): Promise<FilePage> {
    const journal = this.#pending.journal;
    const file = this.#file.opened;
    if (file !== undefined && from < JOURNAL) {
      const page = await file.read({ from, to: Math.min(to, JOURNAL) }, limit, include);
      if (journal === undefined) return page;
      const next = page.next ?? (to > JOURNAL ? JOURNAL : undefined);
      return livePage({ ...page, next }, await this.#pending.live());
    }
    if (journal === undefined) throw gone(this.place.path);
    return livePage(await journalPage(journal, { from, to }, limit, include), await this.#pending.live());
  }

  async *#pages(): AsyncGenerator<readonly VectorRecord[], void, undefined> {
    for (let from: Position | undefined = 0; from !== undefined;) {
      const page: FilePage = await this.#read({ from, to: EVERYTHING.to }, 1000, ['vectors', 'metadata']);
      yield page.records;
      from = page.next;
    }
  }

  async #write(change: (live: LiveRecords) => Promise<void>): Promise<void> {
    await this.#exclusive(async () => {
      await this.#pending.begin();
      await change(await this.#pending.live());
    });
  }

  /** One after the other: entries of two calls must not mix. */
  async #exclusive<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#writing.then(work);
    this.#writing = result.catch(() => undefined);
    return result;
  }
}
