/** Before a run is taken up: whether its ends are those that it began with. What it has done counts as done, and is not looked at again. */
import { ValidationError } from '../errors.ts';
import type { MigrationPlan } from '../plan/migration-plan.ts';
import type { Rejections } from '../runs/rejections.ts';
import { sumPages, type RunLog } from '../runs/log.ts';
import { recordKey } from '../spec/record.ts';
import type { CallOptions, Cursor, VectorStoreV1 } from '../spec/v1.ts';
import { fetchRecords } from '../store/fetch-records.ts';
import { ifThere } from '../store/if-there.ts';
import { withRetry, type RetryPolicy } from '../store/retry.ts';
import type { CopySides } from './part.ts';

/** That none of so many is there is no chance, though applications delete and add. */
const LOOKED_AT = 100;
/** Unless they did so in front of all others: so many more are looked into before a run is refused. */
const [PAGE, MOST_LOOKED_INTO] = [1000, 10_000];

interface TakenUp extends CallOptions {
  readonly log: Pick<RunLog, 'header' | 'entries'> | undefined;
  readonly rejections: Pick<Rejections, 'byTarget'>;
  /** Whoever scans sees to it. */
  readonly retry: RetryPolicy;
}

/** @throws ValidationError where the target holds none of the first records that the source has of what the run counts as done */
export async function checkTakenUp(sides: CopySides, { log, rejections, retry, signal }: TakenUp): Promise<void> {
  const { plan, source, target, targetStore, pipeline } = sides;
  if (log === undefined) return;
  const done = mostRead(log);
  // What was written a moment ago may not be found there yet.
  if (done === undefined || target === undefined || targetStore.capabilities.readAfterWrite !== 'immediate') return;
  const { key, read } = done;
  const parts = log.entries.find((entry) => entry.type === 'parts')?.parts;
  const part = parts?.find((one) => one.key === key);
  if (part === undefined) return;
  const { namespace, partition } = part;
  const request = { namespace, partition, filter: plan.filter, include: ['vectors', 'metadata'] } as const;
  let looked = 0;
  let missing = 0;
  let cursor: Cursor | undefined;
  // Never behind what was read: what the target has there is not this run's.
  for (const most = Math.min(read, MOST_LOOKED_INTO); looked < most;) {
    const limit = Math.min(looked === 0 ? LOOKED_AT : PAGE, most - looked);
    const page = await withRetry(() => source.scan({ ...request, cursor, limit }, { signal }), retry, signal);
    if (looked === 0 && page.records.length === 0) {
      if (page.cursor === null)
        throw madeAnew(log, `"${plan.source.collection}" in the source holds none of the records that were copied`);
      return;
    }
    const { mapped } = await pipeline.map(page.records.slice(-LOOKED_AT), true);
    const expected = mapped.map(({ stored }) => stored).filter((record) => !rejections.byTarget.has(recordKey(record)));
    const found = expected.length === 0 ? 0 : (await fetchRecords(target, expected, { signal })).size;
    // A few may have been written by the application since; what this run wrote lies there as a whole.
    if (expected.length === 0 || found > (looked === 0 ? 0 : expected.length / 2)) return;
    missing ||= expected.length;
    looked += page.records.length;
    cursor = page.cursor ?? undefined;
    if (cursor === undefined || page.records.length === 0) break;
  }
  const first = `the first ${missing} records of "${plan.source.collection}" that count as copied`;
  throw madeAnew(log, `"${plan.target.collection}" in the target holds none of ${first}`);
}

/** @throws ValidationError where the target is gone, which would be made anew for the rest alone */
export async function checkStillThere(
  { plan, target }: { readonly plan: MigrationPlan; readonly target: VectorStoreV1 },
  log: Pick<RunLog, 'header' | 'entries'> | undefined,
  options: CallOptions,
): Promise<void> {
  if (log === undefined || !plan.createTarget || sumPages(log.entries).written === 0) return;
  const { collection } = plan.target;
  const found = await ifThere(() => target.openCollection(collection, options));
  if (found === undefined) throw madeAnew(log, `"${collection}" in the target is not there any more`);
}

function madeAnew({ header }: Pick<RunLog, 'header'>, found: string): ValidationError {
  return new ValidationError(
    `Run ${header.runId} cannot be taken up: ${found}. Source or target was dropped, emptied or made anew meanwhile, and only the rest would be copied. ` +
      "Begin anew in its place (vsm migrate --restart, or earlierRun: 'restart').",
  );
}

/** The part of which most was read. */
function mostRead({ entries }: Pick<RunLog, 'entries'>): { readonly key: string; readonly read: number } | undefined {
  const read = new Map<string, number>();
  for (const entry of entries)
    if (entry.type === 'page' && entry.read > 0) read.set(entry.part, (read.get(entry.part) ?? 0) + entry.read);
  const [most] = [...read].toSorted(([, one], [, other]) => other - one);
  return most && { key: most[0], read: most[1] };
}
