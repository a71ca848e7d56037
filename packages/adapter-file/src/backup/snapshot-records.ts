import type {
  CollectionDescription,
  RecordsRequest,
  RecordsWitness,
  ScanRequest,
  VectorRecord,
  Witness,
} from '@vsm/core/adapter';
import { identityOf } from '@vsm/core/files';
import { ParquetFile } from '../parquet/parquet-file.ts';
import { togetherOf } from '../parts-file.ts';
import type { Placed } from '../placed.ts';
import { EVERYTHING, type FilePage, type PlacedId, type Position, type Range } from '../read.ts';
import { isDamage, lostPart } from './errors.ts';
import type { BackupFolder } from './folder.ts';
import { compareKeys, placeOf, printRange, type Key } from './keys.ts';
import { collectionTag, timeOf, type Snapshot } from './snapshot.ts';
import { totalOf, type StoredPart } from './stored-part.ts';

/** Parts that stay open: as many as are read at once, and some. */
const OPEN_PARTS = 16;

interface PlacedPart {
  readonly part: StoredPart;
  /** Of its first record, in the whole snapshot. */
  readonly from: Position;
  readonly to: Position;
}

/** The records of a snapshot: those of its parts, one part after the other. */
export class SnapshotRecords implements Placed {
  readonly place: { readonly name: string; readonly path: string };
  /** A cursor of one snapshot means nothing in another. */
  readonly generation: number;
  readonly #folder: BackupFolder;
  readonly #snapshot: Snapshot;
  readonly #lost: ReadonlySet<StoredPart>;
  readonly #parts: readonly PlacedPart[];
  readonly #firsts: readonly Key[];
  readonly #namespaces = new Map<string, number>();
  /** The one that was used longest ago comes first. */
  readonly #open = new Map<StoredPart, { readonly file: Promise<ParquetFile>; users: number }>();

  /** @param lost parts that are left out */
  constructor(folder: BackupFolder, snapshot: Snapshot, lost: ReadonlySet<StoredPart> = new Set()) {
    const { id, collection } = snapshot;
    const parts = snapshot.parts.filter((part) => !lost.has(part));
    this.#lost = lost;
    this.place = { name: collection, path: folder.snapshotPath({ id, tag: collectionTag(collection) }) };
    this.generation = timeOf(id);
    this.#folder = folder;
    this.#snapshot = snapshot;
    this.#firsts = parts.map(({ first }) => first);
    let from = 0;
    this.#parts = parts.map((part) => {
      const placed = { part, from, to: from + part.records };
      from = placed.to;
      return placed;
    });
    for (const { namespaces } of parts)
      for (const [namespace, count] of Object.entries(namespaces))
        this.#namespaces.set(namespace, (this.#namespaces.get(namespace) ?? 0) + count);
  }

  identify(): Promise<string | undefined> {
    return identityOf(this.place.path);
  }

  async describe(): Promise<CollectionDescription> {
    const { id, at, source, schema, rejected, notes } = this.#snapshot;
    const lacking = rejected.count === 0 ? [] : [`${rejected.count} records could not be kept, and are not in it`];
    const lost = [...this.#lost].map(
      ({ records, first, last }) => `${records} records are lost, ${printRange(first, last)}`,
    );
    return { ...schema, notes: [`snapshot ${id} of ${source}, ${at}`, ...lost, ...lacking, ...notes] };
  }

  async count(): Promise<number> {
    return this.#parts.at(-1)?.to ?? 0;
  }

  async namespaces(): Promise<ReadonlyMap<string, number>> {
    return this.#namespaces;
  }

  /** What the backup wrote into the snapshot, and not what its parts say. */
  async witness(): Promise<Witness> {
    const lost = totalOf(this.#lost, 'records');
    const by = lost === 0 ? 'the count in the snapshot' : `the count in the snapshot without ${lost} that are lost`;
    return { count: this.#snapshot.records - lost, by };
  }

  async witnessValues(): Promise<undefined> {
    return undefined;
  }

  async split(target: number, namespace: string | undefined): Promise<readonly Range[]> {
    const { from, to } = namespace === undefined ? EVERYTHING : this.rangeOf(namespace);
    const within = this.#parts.filter((part) => part.from < to && part.to > from);
    const size = Math.ceil(within.reduce((total, { part }) => total + part.records, 0) / target);
    const ranges: { from: number; to: number; count: number }[] = [];
    for (const part of within) {
      const count = part.to - part.from;
      const last = ranges.at(-1);
      if (last === undefined || last.count + count / 2 > size) ranges.push({ from: part.from, to: part.to, count });
      else [last.to, last.count] = [part.to, last.count + count];
    }
    return ranges;
  }

  rangeOf(namespace: string): Range {
    const within = this.#parts.filter(({ part }) => Object.hasOwn(part.namespaces, namespace));
    return { from: within[0]?.from ?? 0, to: within.at(-1)?.to ?? 0 };
  }

  async read({ from, to }: Range, limit: number, include: ScanRequest['include']): Promise<FilePage> {
    const placed = this.#parts.find((part) => from >= part.from && from < part.to);
    if (placed === undefined || from >= to) return { records: [], positions: [], next: undefined };
    const range = { from: from - placed.from, to: Math.min(to, placed.to) - placed.from };
    const page = await this.#reading(placed.part, (file) => file.read(range, limit, include));
    const next = placed.from + (page.next ?? range.to);
    const end = Math.min(to, await this.count());
    return {
      records: page.records,
      positions: page.positions.map((position) => placed.from + position),
      next: next < end ? next : undefined,
    };
  }

  async fetch(ids: readonly string[], namespace: string): Promise<VectorRecord[]> {
    const found: VectorRecord[] = [];
    for (const { part, ids: inside } of this.#byPart(ids, namespace)) {
      const records = await this.#reading(part, async (file) => {
        const places = await placesOf(file, part, inside, namespace);
        return file.pick(places.map(({ position }) => position));
      });
      found.push(...records);
    }
    return found;
  }

  async witnessRecords({ ids, namespace = '' }: RecordsRequest): Promise<RecordsWitness | undefined> {
    const found: RecordsWitness[] = [];
    for (const { part, ids: inside } of this.#byPart(ids, namespace)) {
      const witness = await this.#reading(part, async (file) =>
        file.witnessRecords(await placesOf(file, part, inside, namespace)),
      );
      if (witness !== undefined) found.push(witness);
    }
    return togetherOf(found);
  }

  /** Of the ids, those that may be in each part. */
  #byPart(
    ids: readonly string[],
    namespace: string,
  ): readonly { readonly part: StoredPart; readonly ids: ReadonlySet<string> }[] {
    const wanted = Map.groupBy(new Set(ids), (id) => placeOf(this.#firsts, [namespace, id]));
    return [...wanted].flatMap(([at, idsOfPart]) => {
      const part = this.#parts[at]?.part;
      if (part === undefined) return [];
      const inside = idsOfPart.filter((id) => compareKeys(part.last, [namespace, id]) >= 0);
      return inside.length === 0 ? [] : [{ part, ids: new Set(inside) }];
    });
  }

  async close(): Promise<void> {
    const open = [...this.#open.values()];
    this.#open.clear();
    for (const { file } of open) await (await file.catch(() => undefined))?.close();
  }

  async #reading<Result>(part: StoredPart, read: (file: ParquetFile) => Promise<Result>): Promise<Result> {
    const slot = this.#open.get(part) ?? { file: this.#openFile(part), users: 0 };
    slot.users += 1;
    this.#open.delete(part);
    this.#open.set(part, slot);
    try {
      return await read(await slot.file);
    } catch (cause) {
      this.#open.delete(part);
      if (!isDamage(cause)) throw cause;
      throw lostPart(this.#snapshot.id, part, this.#folder.partPath(part), cause);
    } finally {
      slot.users -= 1;
      await this.#closeOldest();
    }
  }

  async #closeOldest(): Promise<void> {
    for (const [part, { file, users }] of this.#open) {
      if (this.#open.size <= OPEN_PARTS) return;
      if (users > 0) continue;
      this.#open.delete(part);
      await (await file.catch(() => undefined))?.close();
    }
  }

  async #openFile(part: StoredPart): Promise<ParquetFile> {
    return ParquetFile.of(await this.#folder.openPart(part), { path: this.#folder.partPath(part) });
  }
}

async function placesOf(
  file: ParquetFile,
  part: StoredPart,
  ids: ReadonlySet<string>,
  namespace: string,
): Promise<readonly PlacedId[]> {
  const places: PlacedId[] = [];
  for (let from: Position | undefined = 0; from !== undefined;) {
    const page: FilePage = await file.read({ from, to: EVERYTHING.to }, part.records, []);
    for (const [at, { id, namespace: home = '' }] of page.records.entries())
      if (ids.has(id) && home === namespace) places.push({ id, position: page.positions[at] as number });
    from = page.next;
  }
  return places;
}
