import { matches, pathsOf } from '../filter/matches.ts';
import { decodeRecord } from '../mapping/envelope.ts';
import { changesPath } from '../mapping/fields.ts';
import { formless, type MappedRecord } from '../mapping/page.ts';
import type { Pipeline } from '../mapping/pipeline.ts';
import type { ProgressTracker } from '../progress/tracker.ts';
import type { MigrationPlan } from '../plan/migration-plan.ts';
import type { RetryPolicy } from '../store/retry.ts';
import type { RunControl } from '../scan/run-control.ts';
import type { MeasuredPage, PagePlace, ScanSettings } from '../scan/pages.ts';
import type { ScanPart } from '../scan/parts.ts';
import { recordKey, type VectorRecord } from '../spec/record.ts';
import type { Filter, ReadableCollection, StoreFacts } from '../spec/v1.ts';
import { nameProblem } from '../guard/metadata-check.ts';
import { readEachPage } from './each-page.ts';
import { IdDigest } from './id-digest.ts';

/** Two collections, and how records of the one become records of the other. */
export interface Sides {
  readonly plan: MigrationPlan;
  readonly source: ReadableCollection;
  readonly target: ReadableCollection;
  readonly targetStore: StoreFacts;
  readonly pipeline: Pipeline;
  readonly batchSize: number;
  readonly concurrency: number;
  readonly maxBytesInFlight: number;
  readonly control?: RunControl | undefined;
  readonly retry: RetryPolicy;
  readonly tracker: ProgressTracker;
  readonly signal?: AbortSignal | undefined;
  /** Whether a transform may have changed what the filter looks at. */
  readonly transformed: boolean;
  /** Records that nobody expects in the target because they were rejected, by {@link recordKey}. */
  readonly absent?: ReadonlySet<string> | undefined;
  /** Keys of records that were rejected because another one had the same id, and went: neither side's records of them are digested. */
  readonly doubled?: ReadonlySet<string> | undefined;
  /** Read only these parts of the source. @default all of it */
  readonly sourceParts?: readonly ScanPart[] | undefined;
  /** Of a collection with more records, about this many are read by every road. @default those of {@link RoadCheck} */
  readonly witness?: number | 'all' | undefined;
  /** Buckets of the digests of ids. @default 65,536 */
  readonly digestBuckets?: number | undefined;
}

export interface IdDifference {
  /** `shared`: another record of the source has the same id in the target, where only one of them can be. */
  readonly kind: 'missing' | 'extra' | 'doubled' | 'shared';
  /** As the source spells it. */
  readonly id: string;
  readonly namespace?: string | undefined;
  /** As the target spells it. */
  readonly stored: { readonly id: string; readonly namespace?: string | undefined };
}

/** Ids of differing buckets that are held at once while the differences are listed. */
const LISTED_IDS = 1_000_000;

export interface IdComparison {
  /** Whether all ids that differ were listed; memory bounds it. */
  readonly whole: boolean;
  /** Whether the source has other ids now than those that are compared, among the ids that differ: then what differs may not be listed. */
  readonly sourceChanged: boolean;
}

/** Lists the ids that only one side has, reading the differing buckets once more. */
export async function compareIds(
  sides: Sides,
  expected: IdDigest,
  report: (difference: IdDifference) => Promise<void> | void,
): Promise<IdComparison> {
  const actual = new IdDigest({ buckets: expected.counts.length });
  // Ids as they are stored: only a filter has to look at more.
  const include = filterOfTarget(sides) === undefined ? [] : (['metadata'] as const);
  await eachPage(sides, 'target', include, ({ records }) => {
    for (const record of digestedInTarget(records, sides)) actual.add(record);
  });
  const buckets = new Set<number>();
  let held = 0;
  const differing = expected.differing(actual);
  for (const bucket of differing) {
    held += (expected.counts[bucket] ?? 0) + (actual.counts[bucket] ?? 0);
    if (held > LISTED_IDS && buckets.size > 0) break;
    buckets.add(bucket);
  }
  const again = new IdDigest({ buckets: expected.counts.length });
  if (buckets.size > 0) await listBuckets(sides, (key) => buckets.has(expected.bucketOf(key)), again, report);
  const sourceChanged = expected.differing(again).some((bucket) => buckets.has(bucket));
  return { whole: buckets.size === differing.length, sourceChanged };
}

async function listBuckets(
  sides: Sides,
  listed: (key: string) => boolean,
  again: IdDigest,
  report: (difference: IdDifference) => Promise<void> | void,
): Promise<void> {
  const wanted = new Map<string, { original: VectorRecord; stored: VectorRecord }>();
  const seen = new Set<string>();
  await eachPage(sides, 'source', neededForIds(sides), async ({ records }) => {
    for (const pair of (await expectedPairs(records, sides)).pairs) {
      const key = recordKey(pair.stored);
      if (!listed(key)) continue;
      const { original, stored } = pair;
      if (wanted.has(key)) await report({ kind: 'shared', id: original.id, namespace: original.namespace, stored });
      else again.add(stored);
      wanted.set(key, pair);
    }
  });
  await eachPage(sides, 'target', ['metadata'], async ({ records }) => {
    for (const record of digestedInTarget(records, sides)) {
      const key = recordKey(record);
      if (!listed(key)) continue;
      const { id, namespace } = decodeRecord(record);
      const stored = { id: record.id, namespace: record.namespace };
      if (seen.has(key)) await report({ kind: 'doubled', id, namespace, stored });
      else if (!wanted.has(key)) await report({ kind: 'extra', id, namespace, stored });
      seen.add(key);
    }
  });
  for (const [key, { original, stored }] of wanted) {
    if (!seen.has(key)) await report({ kind: 'missing', id: original.id, namespace: original.namespace, stored });
  }
}

/** The ids that should be in the target. `onRead` is told how many records each page of the source had. */
export async function digestExpected(sides: Sides, onRead?: (records: number) => void): Promise<IdDigest> {
  const digest = new IdDigest({ buckets: sides.digestBuckets });
  await eachPage(sides, 'source', neededForIds(sides), async ({ records }) => {
    onRead?.(records.length);
    const { pairs, rejected } = await expectedPairs(records, sides);
    for (const { stored } of pairs) digest.add(stored);
    digest.rejected += rejected;
  });
  return digest;
}

/** What should be in the target for these records of the source, doubled ids aside. */
export async function expectedPairs(
  records: readonly VectorRecord[],
  { pipeline, absent, doubled }: Sides,
): Promise<{ pairs: readonly MappedRecord[]; rejected: number }> {
  const page = await pipeline.map(records, true);
  const { mapped } = page;
  const rejected = formless(page);
  if ((absent?.size ?? 0) + (doubled?.size ?? 0) === 0) return { pairs: mapped, rejected };
  const pairs = mapped.filter(({ stored }) => {
    const key = recordKey(stored);
    return doubled?.has(key) !== true && absent?.has(key) !== true;
  });
  return { pairs, rejected };
}

/** Whether records may come out otherwise than they went in, so that ids and filters have to be asked of whole records. */
export function changesRecords({ transformed, plan }: Sides): boolean {
  return transformed || plan.layout !== undefined;
}

/** Whether a namespace of the source is one of the target under the same name. */
export function keepsNamespaces(plan: MigrationPlan): boolean {
  return plan.namespacePolicy === 'keep' && plan.layout?.namespaces !== 'changed';
}

/** Those of the selected namespaces that the target can have under the same name; `undefined` for all that there are. */
export function targetNamespaces({ plan, targetStore }: Sides): readonly string[] | undefined {
  if (!keepsNamespaces(plan)) return undefined;
  return plan.namespaces?.filter((name) => nameProblem(name, targetStore.capabilities.metadata) === undefined);
}

export const EVERYTHING: ScanSettings['include'] = ['vectors', 'metadata'];

/** What of the source's records tells their ids in the target. */
export function neededForIds(sides: Sides): ScanSettings['include'] {
  return changesRecords(sides) ? EVERYTHING : ['metadata'];
}

/** Reads one side in parallel parts. Original ids may sit in the envelope, and filters look at metadata. */
export async function eachPage(
  sides: Sides,
  side: 'source' | 'target',
  include: ScanSettings['include'],
  work: (page: MeasuredPage, place: PagePlace) => Promise<void> | void,
): Promise<void> {
  const { plan, sourceParts } = sides;
  const isSource = side === 'source';
  const reading = {
    ...sides,
    side,
    include,
    // Only of whole records.
    witness: include === EVERYTHING,
    namespaces: isSource ? plan.namespaces : targetNamespaces(sides),
    filter: isSource ? plan.filter : undefined,
    bytesPerRecord: plan.sample.bytesPerRecord,
    parts: isSource ? sourceParts : undefined,
  };
  await readEachPage(sides[side], reading, work);
}

/** The filter, if there is one and records of the target still show what it looked at in the source. */
export function filterOfTarget(sides: Sides): Filter | undefined {
  const { filter, fieldMapping } = sides.plan;
  if (filter === undefined || changesRecords(sides)) return undefined;
  return fieldMapping !== undefined && changesPath(fieldMapping, pathsOf(filter)) ? undefined : filter;
}

/** Records of the target that the filter would have selected in the source; where that cannot be told, all of them. */
export function selectedInTarget(records: readonly VectorRecord[], sides: Sides): readonly VectorRecord[] {
  const filter = filterOfTarget(sides);
  if (filter === undefined) return records;
  return records.filter((record) => matches(filter, decodeRecord(record).metadata));
}

/** Those of them whose ids are not doubled in the source. */
export function digestedInTarget(records: readonly VectorRecord[], sides: Sides): readonly VectorRecord[] {
  const selected = selectedInTarget(records, sides);
  const { doubled } = sides;
  if (doubled === undefined || doubled.size === 0) return selected;
  return selected.filter((record) => !doubled.has(recordKey(record)));
}

/** Those of the doubled ids of which the target should hold a record. */
export function doubledKeys({ doubled, absent }: Pick<Sides, 'doubled' | 'absent'>): readonly string[] {
  return [...(doubled ?? [])].filter((key) => absent?.has(key) !== true);
}

/** As the copy read it: it saw which of several records with one id went, so that one is expected like any other. */
export function asCopied<Run extends Sides>(run: Run): Run {
  return { ...run, doubled: undefined };
}
