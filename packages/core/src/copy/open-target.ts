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
  const earlier = log?.entries.some((entry) => entry.type === 'creating-target') ?? false;
  if (!earlier) await log?.append({ type: 'creating-target' });
  try {
    return await createOnce();
  } catch (error) {
    if (!earlier || !VsmError.isInstance(error) || error.code !== 'CONFLICT') throw error;
    // An earlier process of this run made it, and may have been killed before the indexes that come after the creation.
    const found = await target.openCollection(name, { signal });
    const begun = log?.entries.some((entry) => entry.type === 'page') ?? false;
    if (begun || target.dropCollection === undefined || (await found.count({}, { signal })).value > 0) return [];
    await target.dropCollection(name, { signal });
    return createOnce();
  }
}
