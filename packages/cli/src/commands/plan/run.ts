import type { MigrationPlan } from '@vsm/core';
import { EXIT } from '../../exit-codes.ts';
import { pricedText, type PricedPlan } from '../../embed-text.ts';
import { withEmbeds, withPrice } from '../../embeds.ts';
import { eachJob, resolveJobs, type Job } from '../../jobs.ts';
import { withLayouts } from '../../layouts.ts';
import { listOutcomes } from '../../outcomes.ts';
import { planJob } from '../../plan-job.ts';
import { runCommand } from '../../run.ts';
import { selectionOf } from '../../selection.ts';
import type { PlanFlags } from './flags.ts';

export async function plan(words: readonly string[], flags: PlanFlags): Promise<void> {
  await runCommand(flags, async (context) => {
    const { list, single } = await withEmbeds(
      await withLayouts(await resolveJobs({ words, all: flags.all, config: flags.config }, context), flags),
      flags,
      context,
    );
    const planOne = async (job: Job): Promise<PricedPlan> =>
      withPrice(
        await planJob(job, { ...selectionOf(flags, job.options), estimate: true }, context),
        job,
        { ...selectionOf(flags, job.options), prices: flags.embedPrices },
        context,
      );
    const codeOf = ({ losses }: MigrationPlan): number => (losses.length === 0 ? EXIT.done : EXIT.usage);
    const textOf = (made: PricedPlan): string =>
      made.losses.length === 0
        ? pricedText(made)
        : `${pricedText(made)}\nAllow each loss by name to go on: --allow-loss NAME`;
    const [first] = list;
    if (single && first !== undefined) {
      const made = await planOne(first);
      return { exitCode: codeOf(made), document: made, text: textOf(made) };
    }
    const outcomes = await eachJob(list, context.signal, planOne);
    return listOutcomes(outcomes, context.failures, {
      codeOf,
      textOf,
      summary: (plans) => {
        const records = plans.reduce((total, { totalVectors }) => total + totalVectors, 0);
        return `${plans.length} collections planned, ${records} records`;
      },
    });
  });
}
