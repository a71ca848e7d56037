import type { MigrationPlan } from '../plan/plan.ts';
import type { ProgressTracker } from '../progress/tracker.ts';
import { timed } from '../scan/timed.ts';
import type { VectorRecord } from '../spec/record.ts';
import type { ReadableCollection, StoreFacts } from '../spec/v1.ts';
import { fetchRecords } from '../store/fetch-records.ts';
import type { VectorTolerance } from './compare.ts';

/** What the target may do to each vector. A vector that was computed on the way has no counterpart to compare with. */
export function vectorTolerances(
  plan: MigrationPlan,
  { capabilities }: StoreFacts,
  computedVector: string | undefined,
): ReadonlyMap<string, VectorTolerance> {
  const tolerances = new Map<string, VectorTolerance>();
  for (const [name, vector] of Object.entries(plan.schema.vectors)) {
    if (name === computedVector) tolerances.set(name, 'computed');
    else if (vector.kind !== 'sparse' && vector.datatype === 'float64') tolerances.set(name, 'doubles');
    if (vector.kind === 'sparse' || vector.metric === undefined || name === computedVector) continue;
    if (capabilities.normalizes.includes(vector.metric)) tolerances.set(name, 'normalized');
    else if (capabilities.rounds.includes(vector.metric)) tolerances.set(name, 'rounded');
  }
  return tolerances;
}

export interface TargetSide {
  readonly target: ReadableCollection;
  readonly tracker: ProgressTracker;
  readonly signal?: AbortSignal | undefined;
}

/** Those of the records that the target has, by their keys, as it has them. */
export function fetchStored(
  records: readonly VectorRecord[],
  { target, tracker, signal }: TargetSide,
): Promise<Map<string, VectorRecord>> {
  const fetch: ReadableCollection['fetch'] = (ids, options) =>
    timed(
      () => target.fetch(ids, options),
      (stored) => stored.length,
      (call) => tracker.observe({ ...call, store: 'target', operation: 'fetch' }),
    );
  return fetchRecords({ fetch }, records, { signal });
}
