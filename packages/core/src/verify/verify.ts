import { setTimeout as delay } from 'node:timers/promises';
import { decodeRecord } from '../mapping/envelope.ts';
import { mapRecord, pageLimit, type Transform } from '../migrate/copy.ts';
import { renameVectors, type MigrationPlan } from '../migrate/plan.ts';
import type { ProgressTracker } from '../migrate/progress.ts';
import { withRetry, type RetryPolicy } from '../migrate/retry.ts';
import { forEachPart, scanPages, scanParts, type ScanSettings } from '../migrate/scan.ts';
import { matches } from '../filter.ts';
import type { VectorRecord } from '../record.ts';
import type { CollectionV1, StoreFacts } from '../spec/v1.ts';
import { compareRecords, type VectorTolerance } from './compare.ts';
import { bucketOf, IdDigest } from './id-digest.ts';
import { compareSearches, type SearchReport } from './search.ts';

/** Each level includes the ones before it. */
export type VerifyLevel = 'count' | 'ids' | 'values' | 'search';

export const VERIFY_LEVELS: readonly VerifyLevel[] = ['count', 'ids', 'values', 'search'];

export interface Difference {
  readonly kind: 'missing' | 'extra' | 'changed';
  /** The id in the source; for an extra record the one in the target. */
  readonly id: string;
  readonly namespace?: string | undefined;
  readonly field?: string | undefined;
  readonly expected?: string | undefined;
  readonly actual?: string | undefined;
}

export interface VerificationReport {
  readonly passed: boolean;
  readonly level: VerifyLevel;
  /** Records of the source that should be in the target: selected, not dropped, not refused. */
  readonly expectedCount: number;
  readonly targetCount: number;
  /** Records whose values were compared. */
  readonly valuesCompared: number;
  readonly missing: number;
  readonly extra: number;
  readonly changed: number;
  /** The first 100. */
  readonly differences: readonly Difference[];
  readonly search?: SearchReport | undefined;
  readonly notes: readonly string[];
  readonly durationSeconds: number;
}

interface VerifySettings {
  readonly level: VerifyLevel;
  readonly batchSize: number;
  readonly concurrency: number;
  readonly retry: RetryPolicy;
  readonly transform?: Transform | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Records that the run refused or dropped, by {@link recordKey}: nobody expects them in the target. */
  readonly absent?: ReadonlySet<string> | undefined;
}

const LISTED = 100;
/** Ids of differing buckets that are held at once while the differences are listed. */
const LISTED_IDS = 1_000_000;
/** How long an eventually consistent store may take to show what was written, in milliseconds. */
const SETTLE_MS = 60_000;

export function recordKey(record: { readonly id: string; readonly namespace?: string | undefined }): string {
  return record.namespace === undefined ? record.id : `${record.namespace}\0${record.id}`;
}

interface Sides {
  readonly plan: MigrationPlan;
  readonly source: CollectionV1;
  readonly targetStore: StoreFacts;
  readonly target: CollectionV1;
  readonly settings: VerifySettings;
  readonly tracker: ProgressTracker;
}

/** Compares what the target holds with what the plan says it should. Reads only. */
export async function verifyRecords(sides: Sides): Promise<VerificationReport> {
  const { plan, settings, tracker } = sides;
  const started = performance.now();
  const depth = VERIFY_LEVELS.indexOf(settings.level);
  const notes: string[] = [];
  const differences: Difference[] = [];
  const totals = { missing: 0, extra: 0, changed: 0, compared: 0 };
  const report = (difference: Difference): void => {
    totals[difference.kind] += 1;
    if (differences.length < LISTED) differences.push(difference);
  };

  tracker.enter('verifying', plan.totalVectors);
  const expected = await digestSource(sides, depth >= 2 ? report : undefined, totals);
  const extrasMatter = plan.targetCount === 0;
  if (!extrasMatter)
    notes.push(`the target held ${plan.targetCount} records before; records only it has are not differences`);

  const targetCount = await settledCount(sides, expected.total + plan.targetCount);
  if (depth === 0 && extrasMatter) {
    const gap = expected.total - targetCount;
    totals.missing = Math.max(0, gap);
    totals.extra = Math.max(0, -gap);
  }
  if (depth === 0 && !extrasMatter) totals.missing = Math.max(0, expected.total - targetCount);
  if (depth >= 1) await compareIds(sides, expected, extrasMatter, depth >= 2, report, notes);

  const search = depth >= 3 ? await compareSearches({ ...sides, signal: settings.signal }) : undefined;
  return {
    passed: totals.missing + totals.extra + totals.changed === 0 && (search?.passed ?? true),
    level: settings.level,
    expectedCount: expected.total,
    targetCount,
    valuesCompared: totals.compared,
    missing: totals.missing,
    extra: totals.extra,
    changed: totals.changed,
    differences,
    search,
    notes,
    durationSeconds: (performance.now() - started) / 1000,
  };
}

/** One pass over the source: the ids that should arrive and, if asked for, every value of theirs against the target. */
async function digestSource(
  sides: Sides,
  report: ((difference: Difference) => void) | undefined,
  totals: { compared: number },
): Promise<IdDigest> {
  const { plan, targetStore, settings, tracker } = sides;
  const digest = new IdDigest();
  const tolerances = vectorTolerances(plan, targetStore);
  const withValues = report !== undefined || settings.transform !== undefined;
  await eachPage(sides, 'source', withValues, async (records) => {
    const pairs = (await Promise.all(records.map((record) => expectedPair(record, sides)))).filter(
      (pair) => pair !== undefined,
    );
    for (const { stored } of pairs) digest.add(recordKey(stored));
    if (report !== undefined) {
      const found = await fetchStored(
        pairs.map(({ stored }) => stored),
        sides,
      );
      for (const { original, stored } of pairs) {
        const actual = found.get(recordKey(stored));
        const { id, namespace } = original;
        if (actual === undefined) {
          report({ kind: 'missing', id, namespace });
          continue;
        }
        totals.compared += 1;
        for (const difference of compareRecords(original, decodeRecord(actual), tolerances)) {
          report({ kind: 'changed', id, namespace, ...difference });
        }
      }
    }
    tracker.advance(records.length);
  });
  return digest;
}

/** The record as it should read back, and as it should be stored. */
async function expectedPair(
  record: VectorRecord,
  { plan, targetStore, settings }: Sides,
): Promise<{ original: VectorRecord; stored: VectorRecord } | undefined> {
  const decoded = decodeRecord(record);
  const changed = settings.transform === undefined ? decoded : await settings.transform(decoded);
  if ('dropped' in changed) return undefined;
  const stored = mapRecord(changed, plan, targetStore);
  if (settings.absent?.has(recordKey(stored)) === true) return undefined;
  return { original: renameVectors(changed, plan.vectorNames), stored };
}

function vectorTolerances(plan: MigrationPlan, { capabilities }: StoreFacts): ReadonlyMap<string, VectorTolerance> {
  const tolerances = new Map<string, VectorTolerance>();
  for (const [name, vector] of Object.entries(plan.schema.vectors)) {
    if (vector.kind === 'sparse' || vector.metric === undefined) continue;
    if (capabilities.normalizes.includes(vector.metric)) tolerances.set(name, 'normalized');
    else if (capabilities.rounds.includes(vector.metric)) tolerances.set(name, 'rounded');
  }
  return tolerances;
}

async function fetchStored(records: readonly VectorRecord[], sides: Sides): Promise<Map<string, VectorRecord>> {
  const { target, settings } = sides;
  const byNamespace = Map.groupBy(records, (record) => record.namespace);
  const found = new Map<string, VectorRecord>();
  for (const [namespace, group] of byNamespace) {
    const ids = group.map(({ id }) => id);
    const fetched = await withRetry(
      () => target.fetch(ids, { namespace, signal: settings.signal }),
      settings.retry,
      settings.signal,
    );
    for (const record of fetched) found.set(recordKey(record), record);
  }
  return found;
}

async function eachPage(
  { plan, source, target, settings }: Sides,
  side: 'source' | 'target',
  withValues: boolean,
  work: (records: readonly VectorRecord[]) => Promise<void> | void,
): Promise<void> {
  const collection = side === 'source' ? source : target;
  // Ids may sit in the envelope and filters look at metadata, so only vectors can be left out.
  const include: ScanSettings['include'] = withValues ? ['vectors', 'metadata'] : ['metadata'];
  const selection =
    side === 'source' ? plan : { namespaces: plan.namespacePolicy === 'keep' ? plan.namespaces : undefined };
  const scan = {
    ...settings,
    namespaces: selection.namespaces,
    filter: side === 'source' ? plan.filter : undefined,
    limit: pageLimit(settings.batchSize, plan.sample.bytesPerRecord),
    include,
  };
  const parts = await scanParts(collection, settings.concurrency, scan);
  await forEachPart(parts, settings.concurrency, settings.signal, async (part, signal) => {
    for await (const page of scanPages(collection, part, { ...scan, signal })) await work(page.records);
  });
}

/** The ids of the target against the digest of the source; lists what differs by reading the differing buckets again. */
async function compareIds(
  sides: Sides,
  expected: IdDigest,
  extrasMatter: boolean,
  missingIsKnown: boolean,
  report: (difference: Difference) => void,
  notes: string[],
): Promise<void> {
  const actual = new IdDigest();
  await eachPage(sides, 'target', false, (records) => {
    for (const record of selectedInTarget(records, sides)) actual.add(recordKey(record));
  });
  const differing = expected.differing(actual);
  const buckets = new Set<number>();
  let held = 0;
  for (const bucket of differing) {
    held += (expected.counts[bucket] ?? 0) + (actual.counts[bucket] ?? 0);
    if (held > LISTED_IDS) {
      notes.push('too many records differ to list them all; the numbers of missing and extra records are lower bounds');
      break;
    }
    buckets.add(bucket);
  }
  if (buckets.size === 0) return;

  const wanted = new Map<string, VectorRecord>();
  const seen = new Set<string>();
  await eachPage(sides, 'source', sides.settings.transform !== undefined, async (records) => {
    for (const record of records) {
      const pair = await expectedPair(record, sides);
      if (pair !== undefined && buckets.has(bucketOf(recordKey(pair.stored))))
        wanted.set(recordKey(pair.stored), pair.original);
    }
  });
  await eachPage(sides, 'target', false, (records) => {
    for (const record of selectedInTarget(records, sides)) {
      const key = recordKey(record);
      if (!buckets.has(bucketOf(key))) continue;
      const { id, namespace } = decodeRecord(record);
      if (seen.has(key)) report({ kind: 'extra', id, namespace, field: 'the id occurs twice' });
      else if (!wanted.has(key) && extrasMatter) report({ kind: 'extra', id, namespace });
      seen.add(key);
    }
  });
  if (missingIsKnown) return;
  for (const [key, { id, namespace }] of wanted) if (!seen.has(key)) report({ kind: 'missing', id, namespace });
}

function selectedInTarget(records: readonly VectorRecord[], { plan, settings }: Sides): readonly VectorRecord[] {
  const { filter } = plan;
  // A transform may have changed what the filter looks at, so that the target cannot be filtered by it.
  if (filter === undefined || settings.transform !== undefined) return records;
  return records.filter((record) => matches(filter, decodeRecord(record).metadata));
}

async function settledCount({ plan, target, targetStore, settings }: Sides, expected: number): Promise<number> {
  const namespaces = plan.namespacePolicy === 'keep' ? plan.namespaces : undefined;
  const { signal } = settings;
  const countAll = async (): Promise<number> => {
    let total = 0;
    for (const namespace of namespaces ?? [undefined]) {
      total += (await withRetry(() => target.count({ namespace }, { signal }), settings.retry, signal)).value;
    }
    return total;
  };
  const deadline = performance.now() + SETTLE_MS;
  let count = await countAll();
  while (targetStore.capabilities.readAfterWrite === 'eventual' && count < expected && performance.now() < deadline) {
    await delay(500, undefined, { signal });
    count = await countAll();
  }
  return count;
}
