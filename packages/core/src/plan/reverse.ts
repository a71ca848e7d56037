import type { CollectionSchema } from '../spec/v1.ts';
import type { MigrationPlan } from './migration-plan.ts';

/** Why what a plan brings to its target cannot be brought back as it was. */
export interface NoWayBack {
  readonly why: readonly string[];
}

/**
 * The plan of the way back: what is in the target now, or is written there from now on, as the source would have it.
 * @param source as it is described today
 * @param transformed whether the records of the plan pass a transform
 */
export function reversePlan(
  plan: MigrationPlan,
  source: CollectionSchema,
  transformed = false,
): MigrationPlan | NoWayBack {
  const why = obstacles(plan, transformed);
  if (why.length > 0) return { why };
  const vectorNames = Object.fromEntries(Object.entries(plan.vectorNames).map(([from, to]) => [to, from]));
  return {
    ...plan,
    source: plan.target,
    target: plan.source,
    sourceScan: undefined,
    schema: { ...source, name: plan.source.collection },
    createTarget: false,
    targetCount: 0,
    targetLacks: undefined,
    completeBy: undefined,
    vectorNames,
    exactVectors: undefined,
    leftVectors: [],
    // Names come from the marks, which carry those of the source.
    namespacePolicy: 'keep',
    losses: [],
    encodings: {},
    warnings: [],
    estimate: undefined,
  };
}

function obstacles(plan: MigrationPlan, transformed: boolean): string[] {
  const { fieldMapping, embedding, reduction, layout, leftVectors, losses, vectorNames, filter } = plan;
  const names = Object.values(vectorNames);
  const reasons: readonly (readonly [boolean, string])[] = [
    [embedding !== undefined, 'vectors are computed anew, and the old model is not at hand for what is written later'],
    [reduction !== undefined, 'vectors are made smaller, and what was taken off is not kept'],
    [layout !== undefined, 'records get another form, and a layout has no inverse'],
    [transformed, 'a transform changes records, and has no inverse'],
    [fieldMapping !== undefined, 'fields are renamed, dropped, set or cast'],
    [leftVectors.length > 0, `vectors stay behind: ${leftVectors.map((name) => `"${name}"`).join(', ')}`],
    [new Set(names).size < names.length, 'two vectors of the source have one name in the target'],
    [filter !== undefined, 'a filter selects records, and what is written later may be any'],
    [losses.length > 0, `something is lost on the way: ${losses.map(({ name }) => name).join(', ')}`],
  ];
  return reasons.filter(([holds]) => holds).map(([, reason]) => reason);
}
