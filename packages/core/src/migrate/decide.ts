import { ValidationError } from '../errors.ts';
import { parseFilter } from '../filter/shorthand.ts';
import { estimateReading } from '../plan/estimate.ts';
import { makePlan } from '../plan/plan.ts';
import type { MigrationPlan } from '../plan/migration-plan.ts';
import { askedBy } from './given-plan.ts';
import type { PlanOptions } from './options.ts';
import type { Session } from './session.ts';

/** Decides everything a run would do, or how two collections that are there are compared. Writes nothing. */
export async function decide(
  session: Session,
  options: PlanOptions,
  writes = false,
  given?: MigrationPlan,
): Promise<MigrationPlan> {
  const { filter, fields, sourceCollection, targetCollection, ...rest } = options;
  return makePlan(session.planned.source, session.planned.target, {
    ...rest,
    sourceCollection,
    targetCollection: targetCollection ?? sourceCollection,
    filter: filter === undefined ? undefined : parseFilter(filter),
    fieldMapping: fields,
    ...(given && askedBy(given)),
    writes,
  });
}

/** The plan of a run that writes, with `given` one that asks for the same; with `estimate`, after timing how fast the source reads. */
export async function planRun(
  session: Session,
  options: PlanOptions & { readonly estimate?: boolean | undefined },
  given?: MigrationPlan,
): Promise<MigrationPlan> {
  const { target, source, retry } = session;
  if (target.capabilities.access === 'read-only') {
    throw new ValidationError(`The target ${target.location} can only be read.`);
  }
  const plan = await decide(session, options, true, given);
  if (options.estimate !== true) return plan;
  const { filter, signal } = options;
  const { collection, scope } = plan.source;
  return { ...plan, estimate: await estimateReading(source, collection, { filter, scope, signal }, retry) };
}
