import type { MigrationPlan } from '../plan/migration-plan.ts';
import type { ProgressTracker } from '../progress/tracker.ts';
import { timed } from '../scan/timed.ts';
import type { VectorRecord } from '../spec/record.ts';
import type { Capabilities, ReadableCollection, StoreFacts, VectorSchema } from '../spec/v1.ts';
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
    const change = changeOf(vector, capabilities);
    if (name === computedVector) tolerances.set(name, 'computed');
    else if (change === 'normalized' && vector.kind !== 'sparse' && vector.datatype === 'float16') {
      tolerances.set(name, 'normalized-halves');
    } else if (change !== undefined) tolerances.set(name, change);
    else if (vector.kind !== 'sparse' && vector.datatype === 'float64') tolerances.set(name, 'doubles');
  }
  return tolerances;
}

/** What a store with these capabilities makes of the components of such a vector; `undefined` where it keeps them. */
export function changeOf(
  vector: VectorSchema,
  { normalizes, rounds }: Pick<Capabilities, 'normalizes' | 'rounds'>,
): 'normalized' | 'rounded' | undefined {
  if (vector.kind === 'sparse' || vector.metric === undefined) return undefined;
  if (normalizes.includes(vector.metric)) return 'normalized';
  return rounds.includes(vector.metric) ? 'rounded' : undefined;
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
