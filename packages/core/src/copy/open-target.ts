import { VsmError } from '../errors.ts';
import type { MigrationPlan } from '../plan/migration-plan.ts';
import { checkExisting } from '../plan/existing.ts';
import type { RunLog } from '../runs/log.ts';
import type { CollectionV1, VectorStoreV1 } from '../spec/v1.ts';
import { openEnd } from '../store/scope.ts';

interface Opening {
  readonly plan: MigrationPlan;
  readonly target: VectorStoreV1;
  readonly log: Pick<RunLog, 'entries' | 'append'> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The collection that the run writes to, made where the plan says so. Of what it could not be made like, `warnings` tell. */
export async function openTarget(
  opening: Opening,
): Promise<{ readonly collection: CollectionV1; readonly warnings: readonly string[] }> {
  const { plan, target, signal } = opening;
  const warnings = plan.createTarget ? await create(opening) : [];
  let collection = await openEnd(target, plan.target, { signal });
  if (plan.completeBy !== undefined && collection.complete !== undefined) {
    await collection.complete(plan.completeBy, { signal });
    // What it knows of itself was read before.
    collection = await openEnd(target, plan.target, { signal });
  }
  const { scope } = plan.target;
  if (scope?.name !== undefined) await collection.makeScope?.(scope, { signal });
  // It may have been made anew, and otherwise, while the run was not at work.
  if (opening.log !== undefined) checkExisting(plan.schema, await collection.describe({ signal }), target.adapter);
  return { collection, warnings };
}

async function create({ plan, target, log, signal }: Opening): Promise<string[]> {
  const name = plan.target.collection;
  const createOnce = async (): Promise<string[]> => {
    const created = await target.createCollection(plan.schema, { signal });
    return created.map(({ feature, detail }) => `${feature}: ${detail}`);
  };
  const before = log?.entries.findLast(({ type }) => type === 'creating-target' || type === 'target-of-others');
  const earlier = before?.type === 'creating-target';
  if (!earlier) await log?.append({ type: 'creating-target' });
  try {
    return await createOnce();
  } catch (error) {
    if (log === undefined || !VsmError.isInstance(error) || error.code !== 'CONFLICT') throw error;
    const found = await target.openCollection(name, { signal });
    const { value: held } = await found.count({}, { signal });
    if (!earlier) {
      // An empty one may be this run's, whose answer was lost.
      if (held === 0) throw error;
      await log.append({ type: 'target-of-others' });
      throw new VsmError(
        'CONFLICT',
        `"${name}" was made in the target by somebody else since this run was planned, and holds ${held} records. Nothing was written. ` +
          "Begin anew in its place (vsm migrate --restart, or earlierRun: 'restart'), or name another target.",
        { cause: error },
      );
    }
    // An earlier process of this run made it, and may have been killed before the indexes that come after the creation.
    const begun = log.entries.some((entry) => entry.type === 'page');
    if (begun || target.dropCollection === undefined || held > 0) return [];
    await target.dropCollection(name, { signal });
    return createOnce();
  }
}
