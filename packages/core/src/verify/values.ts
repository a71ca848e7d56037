import type { MigrationPlan } from '../plan/plan.ts';
import type { StoreFacts } from '../spec/v1.ts';
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
    if (vector.kind === 'sparse' || vector.metric === undefined || name === computedVector) continue;
    if (capabilities.normalizes.includes(vector.metric)) tolerances.set(name, 'normalized');
    else if (capabilities.rounds.includes(vector.metric)) tolerances.set(name, 'rounded');
  }
  return tolerances;
}
