import { readFile } from 'node:fs/promises';
import { VsmError, type Loss, type MigrationPlan } from '@vsm/core';
import { parseJson } from '@vsm/core/adapter';
import { pricedText } from '../../embed-text.ts';
import type { Jobs } from '../../jobs.ts';
import { spelledFlag } from '../../selection.ts';
import type { MigrateFlags } from './flags.ts';

const isNamed = (loss: unknown): boolean => typeof (loss as Partial<Loss> | null)?.name === 'string';
const ANEW = 'Make one with: vsm plan <source> <target> --json > plan.json';

/** A plan that `vsm plan --json` printed. Core checks that it is for these two places, and that they are as they were. */
export async function readPlan(path: string, { single }: Jobs, flags: MigrateFlags): Promise<MigrationPlan> {
  const invalid = (what: string, cause?: unknown): VsmError =>
    new VsmError('INVALID_OPTIONS', `--plan ${path}: ${what}`, { cause });
  if (!single) throw invalid('a plan is for one collection; name it in place of "*"');
  const shapes = ['filter', 'namespace', 'metric', 'completeTarget', 'dimensions', 'datatype', 'vector'] as const;
  const shaping = shapes.find((name) => flags[name] !== undefined);
  if (shaping !== undefined) throw invalid(`the plan has decided about ${spelledFlag(shaping)} already; leave it out`);
  let plan: unknown;
  try {
    plan = parseJson(await readFile(path, 'utf8'));
  } catch (cause) {
    throw invalid(`cannot be read: ${(cause as Error).message}`, cause);
  }
  const { version, schema, vectorNames, losses } = (plan ?? {}) as Partial<MigrationPlan>;
  if (
    version !== 1 ||
    schema === undefined ||
    vectorNames === undefined ||
    !(Array.isArray(losses) && losses.every(isNamed))
  ) {
    throw invalid(`is not a plan. ${ANEW}`);
  }
  try {
    // What cannot be shown was changed by hand, or cut off.
    pricedText(plan as MigrationPlan);
  } catch (cause) {
    throw invalid(`is not a plan as vsm plan prints it. ${ANEW}`, cause);
  }
  return plan as MigrationPlan;
}
