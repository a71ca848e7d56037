import { SchemaCompatibilityError, VsmError, type Loss, type LossName, type MigrationPlan } from '@vsm/core';
import { line } from '@vsm/report/redact';
import { pricedText, type PricedPlan } from '../../embed-text.ts';
import type { JobOutcome } from '../../jobs.ts';
import type { CommandContext } from '../../run.ts';
import type { MigrateFlags } from './flags.ts';

/** A plan that may be carried out, or why not. */
export interface Accepted {
  readonly plan?: MigrationPlan | undefined;
  readonly error?: Error | undefined;
  /** Every loss that was agreed to, by name. */
  readonly allowLoss: readonly LossName[];
  /** Losses that only a dry run may go on with. */
  readonly unaccepted: readonly Loss[];
}

/** Whether somebody is asked before anything is written. */
export function asksFirst(flags: MigrateFlags, context: CommandContext): boolean {
  return context.ask !== undefined && flags.yes !== true && flags.dryRun !== true;
}

/**
 * Shows the plans, and asks whether to go on where somebody can answer. Where nobody can, a loss must have been allowed by
 * name or with `--yes`; a collection for which it was not is refused, and does not stop the others.
 */
export async function acceptLosses(
  planned: readonly JobOutcome<PricedPlan>[],
  flags: MigrateFlags,
  context: CommandContext,
): Promise<Accepted[]> {
  for (const { job, result, error } of planned) {
    context.note(
      result === undefined
        ? `${line`"${job.sourceCollection}"`}: cannot be planned: ${context.failures.message(error)}`
        : pricedText(result),
    );
  }
  const accepted = planned.map(({ job, result: plan, error }): Accepted => {
    const named = [...(job.options.allowLoss ?? []), ...(flags.allowLoss ?? [])];
    if (plan === undefined) return { error, allowLoss: named, unaccepted: [] };
    const unaccepted = plan.losses.filter(({ name }) => !named.includes(name) && (flags.yes !== true || isGrave(name)));
    return { plan, allowLoss: [...named, ...plan.losses.map(({ name }) => name)], unaccepted };
  });
  if (flags.dryRun === true) return accepted;
  if (context.ask === undefined || flags.yes === true) return accepted.map(refuseUnaccepted);
  if (accepted.every(({ plan }) => plan === undefined)) return accepted;
  const lossy = accepted.some(({ unaccepted }) => unaccepted.length > 0);
  const answer = await context.ask(lossy ? 'Go on, and lose what is marked as LOSS? [y/N] ' : 'Go on? [y/N] ');
  if (/^y(?:es)?$/i.test(answer.trim())) return accepted.map((one) => ({ ...one, unaccepted: [] }));
  throw new VsmError('INVALID_OPTIONS', 'Not begun, as you said. Nothing was written.');
}

/** What a yes to everything is not meant for: it would not be missing in the target, but gone from the source. */
const isGrave = (name: LossName): boolean => name === 'same-place';

function refuseUnaccepted(accepted: Accepted): Accepted {
  const { plan, unaccepted } = accepted;
  if (plan === undefined || unaccepted.length === 0) return accepted;
  const names = [...new Set(unaccepted.map(({ name }) => name))];
  const all = names.some(isGrave) ? '' : ', or --yes to accept whatever the plan lists';
  const error = new SchemaCompatibilityError(
    `${line`Not everything in "${plan.source.collection}" can be carried to ${plan.target.adapter}:`}\n` +
      `${unaccepted.map(({ name, detail }) => line`  ${name}: ${detail}`).join('\n')}\n` +
      `Nothing was written. To go on without it: ${names.map((name) => `--allow-loss ${name}`).join(' ')}${all}.`,
  );
  return { ...accepted, error };
}
