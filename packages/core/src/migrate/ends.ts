import type { PipelineFunctions } from '../mapping/page.ts';
import { createPipeline } from '../mapping/pipeline.ts';
import type { CopySides } from '../copy/part.ts';
import type { MigrationPlan } from '../plan/migration-plan.ts';
import type { ProgressTracker } from '../progress/tracker.ts';
import type { Rejections } from '../runs/rejections.ts';
import type { CollectionV1, VectorStoreV1 } from '../spec/v1.ts';
import type { RetryPolicy } from '../store/retry.ts';
import { storeFacts } from '../store/facts.ts';
import { openEnd } from '../store/scope.ts';
import { differingRecords } from '../sync/select.ts';
import type { Sides } from '../verify/ids.ts';
import { watchCount, watchReading, type WitnessWatch } from '../verify/witness.ts';
import type { CheckedPace } from './settings.ts';

/** What every step of a run needs: both stores, the plan, and its functions. */
export interface Ends extends PipelineFunctions, CheckedPace {
  readonly source: VectorStoreV1;
  readonly target: VectorStoreV1;
  readonly plan: MigrationPlan;
  readonly tracker: ProgressTracker;
  readonly retry: RetryPolicy;
  readonly mode?: 'copy' | 'sync' | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The source, opened, and how its records become those of the target, which may not be there yet. */
export async function openSides(ends: Ends): Promise<Omit<CopySides, 'target' | 'select'>> {
  const { plan, signal } = ends;
  const source = await openEnd(ends.source, plan.source, { signal });
  const targetStore = await storeFacts(ends.target, signal);
  return { plan, source, targetStore, pipeline: createPipeline(plan, targetStore, ends) };
}

/** The same sides with the target, which is absent in a dry run. */
export function intoTarget(
  { mode, tracker, signal }: Ends,
  sides: Omit<CopySides, 'target' | 'select'>,
  target: CollectionV1 | undefined,
): CopySides {
  const { computedVector } = sides.pipeline;
  const select =
    mode === 'sync' && target !== undefined
      ? differingRecords({ ...sides, target, tracker, signal, computedVector })
      : undefined;
  return { ...sides, target, select };
}

/** Both sides, to be compared; records that were rejected are not expected in the target. */
export function comparedSides<Run extends Ends>(
  run: Run,
  { source, targetStore, pipeline }: Pick<CopySides, 'source' | 'targetStore' | 'pipeline'>,
  target: CollectionV1,
  rejections: Pick<Rejections, 'byTarget' | 'doubled'>,
): Run & Sides & { readonly target: CollectionV1 } {
  const { byTarget: absent, doubled } = rejections;
  return { ...run, source, target, targetStore, pipeline, transformed: run.transform !== undefined, absent, doubled };
}

/** Counts the source by the best road that it has, where all of it is read. */
export async function watchSource(
  { source: store, plan, signal }: Ends,
  source: CopySides['source'],
): Promise<WitnessWatch | undefined> {
  if (plan.filter !== undefined || plan.namespaces !== undefined) return undefined;
  const { capabilities } = await storeFacts(store, signal);
  const blind = capabilities.scan === 'best-effort' && source.witness === undefined;
  return blind ? watchCount('source', source, signal) : watchReading(source, signal);
}
