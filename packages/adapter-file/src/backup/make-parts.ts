import type {
  CollectionDescription,
  CollectionSchema,
  Filter,
  ReadableCollection,
  Rejection,
  RetryPolicy,
  VectorRecord,
} from '@vsm/core/adapter';
import { readEachPage, RecordDigests, watchReading, type ProgressTracker } from '@vsm/core/engine';
import { schemaOnly } from '../schema.ts';
import { capabilities } from '../capabilities.ts';
import { cutRuleFor, Cutter, hasOutgrown, type CutRule } from './cut.ts';
import { invalid } from './errors.ts';
import { Intake } from './intake.ts';
import { compareKeys, keyOf, type Key } from './keys.ts';
import type { PartShelf } from './part-shelf.ts';
import { PartSum, Ranges } from './ranges.ts';
import type { Snapshot } from './snapshot.ts';
import { totalOf, type StoredPart } from './stored-part.ts';
import { Spill } from './spill.ts';

export interface PartsWork {
  readonly collection: ReadableCollection;
  readonly description: CollectionDescription;
  readonly filter: Filter | undefined;
  readonly namespaces: readonly string[] | undefined;
  readonly batchSize: number;
  readonly concurrency: number;
  readonly maxBytesInFlight: number;
  readonly retry: RetryPolicy;
  readonly tracker: ProgressTracker;
  readonly signal?: AbortSignal | undefined;
  /** The snapshot that the collection is compared with. */
  readonly parent: Snapshot | undefined;
  readonly shelf: PartShelf;
  /** A folder for what does not fit into memory. */
  readonly scratch: string;
}

/** What a snapshot will say of the collection. */
export interface MadeParts {
  readonly parts: readonly StoredPart[];
  readonly cut: CutRule;
  readonly schema: CollectionSchema;
  readonly rejected: { readonly count: number; readonly listed: readonly Rejection[] };
  readonly notes: readonly string[];
}

/** Of a record in memory, as nobody has looked at one. */
const BYTES_PER_RECORD = 4096;

/**
 * Reads the collection once, and tells by digests in which parts of the last snapshot something is not as it was; if there are any, reads it
 * again for these alone. Each part holds what one of the two readings gave. The first snapshot reads once, and keeps all of it.
 */
export async function makeParts(work: PartsWork): Promise<MadeParts> {
  const { parent, shelf } = work;
  if (parent !== undefined && parent.parts.length > 0) {
    const ranges = new Ranges(parent.parts);
    const intake = newIntake(work);
    const digests = new RecordDigests(intake.doubles);
    await readAll(work, intake, async (records) => {
      for (const record of records) ranges.add(record, digests.of(record));
    });
    if (!hasOutgrown(parent.cut, ranges.records)) {
      const changed = new Set([...ranges.changed(), ...shelf.lost]);
      if (changed.size === 0) return made(parent.parts, parent.cut, intake);
      return remake(work, parent, { ranges, changed });
    }
  }
  const taken = await spillAll(work, () => true);
  const cut = cutRuleFor(taken.spill.records, taken.spill.bytesPerRecord);
  return made(await cutParts(work, taken, cut, () => 0), cut, taken.intake);
}

async function remake(
  work: PartsWork,
  { parts, cut }: Snapshot,
  { ranges, changed }: { readonly ranges: Ranges; readonly changed: ReadonlySet<number> },
): Promise<MadeParts> {
  const taken = await spillAll(work, (key) => changed.has(ranges.at(key)));
  // Ranges beside each other are cut as one.
  const stretches: number[] = [];
  for (const at of parts.keys()) stretches.push(changed.has(at - 1) ? (stretches[at - 1] as number) : at);
  const fresh = await cutParts(work, taken, cut, (key) => stretches[ranges.at(key)] as number);
  const kept = parts.filter((_, at) => !changed.has(at));
  return made(
    [...kept, ...fresh].toSorted((one, other) => compareKeys(one.first, other.first)),
    cut,
    taken.intake,
  );
}

/** What a reading gave for new parts. */
interface Taken {
  readonly intake: Intake;
  readonly spill: Spill;
  /** Records that lie in parts that stay. */
  readonly others: number;
}

async function spillAll(work: PartsWork, wanted: (key: Key) => boolean): Promise<Taken> {
  const intake = newIntake(work);
  // One run is written while the next one is held.
  const budget = work.maxBytesInFlight / 2;
  const spill = new Spill(work.scratch, intake.doubles, budget, (key, isSame) => intake.repeated(key, isSame));
  let others = 0;
  await readAll(work, intake, async (records) => {
    const taken = records.filter((record) => wanted(keyOf(record)));
    others += records.length - taken.length;
    await spill.add(taken);
  });
  return { intake, spill, others };
}

/** Writes what is not there yet. @param stretchOf tells apart what must not lie in one part */
async function cutParts(
  { shelf, signal }: PartsWork,
  { intake, spill, others }: Taken,
  cut: CutRule,
  stretchOf: (key: Key) => number,
): Promise<readonly StoredPart[]> {
  const { schema } = intake;
  const digests = new RecordDigests(intake.doubles);
  const cutter = new Cutter(cut);
  const parts: StoredPart[] = [];
  let [records, sum, stretch]: [VectorRecord[], PartSum, number] = [[], new PartSum(), 0];
  const end = async (): Promise<void> => {
    if (records.length > 0) parts.push(await shelf.put({ records, sum }, schema));
    [records, sum] = [[], new PartSum()];
  };
  for await (const { key, record, bytes } of spill.sorted()) {
    signal?.throwIfAborted();
    const next = stretchOf(key);
    if (next !== stretch) cutter.restart();
    if (cutter.cutsBefore(key, bytes) || next !== stretch) await end();
    stretch = next;
    records.push(record);
    sum.add(digests.of(record));
  }
  await end();
  const kept = others + totalOf(parts, 'records');
  if (kept === intake.kept) return parts;
  const what = `${kept} of ${intake.kept} records came to its parts`;
  throw invalid(`No snapshot was made: ${what}, which is a fault of this release. Run it again, or use another one.`);
}

async function readAll(
  work: PartsWork,
  intake: Intake,
  take: (records: readonly VectorRecord[]) => Promise<void>,
): Promise<void> {
  const { collection, filter, namespaces, tracker, signal } = work;
  const isWhole = filter === undefined && namespaces === undefined;
  // What a store counts is all of it.
  const watch = isWhole ? await watchReading(collection, signal) : undefined;
  let total = 0;
  for (const namespace of namespaces ?? [undefined])
    total += (await collection.count({ namespace, filter }, { signal })).value;
  tracker.enter('copying', total);
  const reading = {
    ...work,
    side: 'source',
    include: ['vectors', 'metadata'],
    bytesPerRecord: BYTES_PER_RECORD,
  } as const;
  await readEachPage(collection, reading, async ({ records, bytes }) => {
    await take(intake.take(records));
    tracker.advance({ records: records.length, bytes });
  });
  const problem = (await watch?.(intake.read))?.problem;
  if (problem !== undefined) throw invalid(`No snapshot was made. ${problem}`);
}

function newIntake({ description }: PartsWork): Intake {
  return new Intake(schemaOnly(description), capabilities);
}

function made(parts: readonly StoredPart[], cut: CutRule, { schema, rejected, notes }: Intake): MadeParts {
  return { parts, cut, schema, rejected, notes };
}
