/** A plan that was made before: whether it is one, whether it still fits what is there, and what it asks for. */
import { isDeepStrictEqual } from 'node:util';
import { SchemaCompatibilityError, ValidationError } from '../errors.ts';
import { checkFields } from '../mapping/fields.ts';
import type { MigrationPlan, PlanRequest } from '../plan/migration-plan.ts';
import { isObject } from '../mapping/transform.ts';
import type { Filter, Metric } from '../spec/v1.ts';

const isText = (value: unknown): boolean => typeof value === 'string';
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const isEnd = (value: unknown): boolean => isObject(value) && isText(value['location']) && isText(value['collection']);
const isSchema = (value: unknown): boolean =>
  isObject(value) && isObject(value['vectors']) && Object.values(value['vectors']).every(isObject);
const isLoss = (value: unknown): boolean => isObject(value) && isText(value['name']) && isText(value['detail']);
const orNone =
  (is: (value: unknown) => boolean): ((value: unknown) => boolean) =>
  (value) =>
    value === undefined || is(value);

/** What of a plan is carried out as it stands. */
const SHAPES: readonly (readonly [keyof MigrationPlan, (value: unknown) => boolean])[] = [
  ['version', (value) => value === 1],
  ['source', isEnd],
  ['target', isEnd],
  ['schema', isSchema],
  ['exactVectors', orNone(isTexts)],
  ['vectorNames', (value) => isObject(value) && Object.values(value).every(isText)],
  ['leftVectors', isTexts],
  ['namespaces', orNone(isTexts)],
  ['losses', (value) => Array.isArray(value) && value.every(isLoss)],
  ['fieldMapping', orNone(isObject)],
  ['reduction', orNone(isObject)],
  ['layout', orNone(isObject)],
  ['embedding', orNone(isObject)],
  ['completeBy', orNone(isSchema)],
];

/** @throws ValidationError for what is no plan, or none of this version */
export function checkPlan(given: MigrationPlan): void {
  const parts: unknown = given;
  const wrong = isObject(parts) ? SHAPES.find(([name, is]) => !is(parts[name]))?.[0] : 'version';
  if (wrong !== undefined)
    throw new ValidationError(
      `The plan cannot be carried out: its "${wrong}" is missing, or is not what this version makes. Make a new plan.`,
    );
  if (given.filter !== undefined) checkFilter(given.filter);
  if (given.fieldMapping !== undefined) checkFields(given.fieldMapping);
}

type Asked = Pick<PlanRequest, 'filter' | 'namespaces' | 'fieldMapping' | 'reduce' | 'completeTarget'>;

/** What it decided, to be asked for once more: so it is seen whether the same would come of it now. */
export function askedBy({ filter, namespaces, fieldMapping, reduction, completeBy }: MigrationPlan): Asked {
  return { filter, namespaces, fieldMapping, reduce: reduction, completeTarget: completeBy !== undefined };
}

/**
 * The plan, with what is there today. `planAgain` makes a new one, with a metric where it needs one that does not come of itself: then it was
 * asked for, and is that of all vectors.
 * @throws ValidationError saying what has changed
 */
export async function renew(
  given: MigrationPlan,
  planAgain: (metric: Metric | undefined) => Promise<MigrationPlan>,
): Promise<MigrationPlan> {
  const [metric, ...others] = new Set(metricsOf(given));
  if (metric === undefined || others.length > 0) return renewed(given, await planAgain(undefined));
  const ofItself = await planAgain(undefined).catch((error: unknown) => {
    if (error instanceof SchemaCompatibilityError) return undefined;
    throw error;
  });
  const isAsked = ofItself === undefined || metricsOf(ofItself).some((one) => one !== metric);
  return renewed(given, isAsked ? await planAgain(metric) : ofItself);
}

function metricsOf({ schema }: MigrationPlan): readonly (Metric | undefined)[] {
  return Object.values(schema.vectors).flatMap((vector) => (vector.kind === 'sparse' ? [] : [vector.metric]));
}

/** A plan from yesterday must still fit what is there today. What it decided is carried out as it stands, what was only measured is that of today. */
function renewed(given: MigrationPlan, fresh: MigrationPlan): MigrationPlan {
  checkEnds(given, fresh);
  if (given.createTarget !== fresh.createTarget || given.targetCount !== fresh.targetCount)
    throw new ValidationError(
      `The target has changed since the plan was made: it ${fresh.createTarget ? 'does not exist' : `holds ${fresh.targetCount} records`} now. Make a new plan.`,
    );
  for (const [what, of] of DECIDED) {
    const [before, now] = [given, fresh].map((plan) => JSON.parse(JSON.stringify(of(plan))) as unknown);
    if (isDeepStrictEqual(before, now)) continue;
    throw new ValidationError(
      `Source or target has changed since the plan was made, or the plan was changed: ${what} would be ${JSON.stringify(now)}, but in the plan are ${JSON.stringify(before)}. Make a new plan.`,
    );
  }
  const { source, target, sample, totalVectors, headroom, undecided, warnings } = fresh;
  const known = new Set(given.losses.map(({ name }) => name));
  const losses = [...given.losses, ...fresh.losses.filter(({ name }) => !known.has(name))];
  return { ...given, source, target, sample, totalVectors, headroom, undecided, warnings, losses };
}

const DECIDED: readonly (readonly [string, (plan: MigrationPlan) => unknown])[] = [
  ['the vectors of the target', ({ schema }) => schema.vectors],
  ['the names of vectors', ({ vectorNames }) => vectorNames],
  ['the vectors that stay behind', ({ leftVectors }) => leftVectors],
  ['name and namespaces of the target', ({ schema, namespacePolicy }) => [schema.name, namespacePolicy]],
];

function checkEnds(given: MigrationPlan, fresh: MigrationPlan): void {
  for (const side of ['source', 'target'] as const) {
    const [planned, found] = [given[side], fresh[side]];
    if (planned.location === found.location && planned.collection === found.collection) {
      if (planned.scope?.path === found.scope?.path && planned.scope?.value === found.scope?.value) continue;
      throw new ValidationError(`The plan's ${side} is another part of "${planned.collection}". Make a new plan.`);
    }
    throw new ValidationError(
      `The plan's ${side} is "${planned.collection}" in ${planned.location}, not "${found.collection}" in ${found.location}.`,
    );
  }
}

const VALUED = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'exists', 'null', 'contains'];

function checkFilter(filter: Filter): void {
  const { op, of, path, value, values } = (isObject(filter) ? filter : {}) as Record<string, unknown>;
  const isLogic = op === 'and' || op === 'or';
  if (isLogic && Array.isArray(of)) for (const part of of) checkFilter(part as Filter);
  else if (op === 'not') checkFilter(of as Filter);
  else if (
    isLogic ||
    typeof path !== 'string' ||
    !(VALUED.includes(op as string) ? value !== undefined : (op === 'in' || op === 'nin') && Array.isArray(values))
  )
    throw new ValidationError(`The plan's filter cannot be read: ${JSON.stringify(filter)}. Make a new plan.`);
}
