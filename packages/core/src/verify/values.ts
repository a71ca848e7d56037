import type { MigrationPlan } from '../plan/plan.ts';
import { recordKey, type VectorRecord } from '../spec/record.ts';
import type { ReadableCollection, StoreFacts } from '../spec/v1.ts';
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

interface TargetSide {
  readonly target: ReadableCollection;
  readonly signal?: AbortSignal | undefined;
}

/** Those of the records that the target has, by {@link recordKey}, as it has them. */
export async function fetchStored(
  records: readonly VectorRecord[],
  { target, signal }: TargetSide,
): Promise<Map<string, VectorRecord>> {
  const found = new Map<string, VectorRecord>();
  for (const [namespace, group] of Map.groupBy(records, (record) => record.namespace)) {
    const ids = group.map(({ id }) => id);
    const fetched = await target.fetch(ids, { namespace, signal });
    for (const record of fetched) found.set(recordKey(record), record);
  }
  return found;
}
