import { VectorStoreMigrator, type MigrationPlan } from '@vsm/core';
import type { Selection } from '../commands/options.ts';
import { EXIT } from '../exit-codes.ts';
import { eachJob, resolveJobs, type Job } from '../jobs.ts';
import { withLayouts, withProposal } from '../layouts.ts';
import { runCommand, type CommandContext } from '../run.ts';
import { planText } from '../text/plan.ts';
import { selectionOf } from './flags.ts';
import { listOutcomes } from './outcomes.ts';

export async function plan(words: readonly string[], flags: Selection): Promise<void> {
  await runCommand(flags, async (context) => {
    const { list, single } = await withLayouts(
      await resolveJobs({ words, all: flags.all, config: flags.config }, context),
      flags,
    );
    const codeOf = ({ losses }: MigrationPlan): number => (losses.length === 0 ? EXIT.done : EXIT.usage);
    const textOf = (made: MigrationPlan): string =>
      made.losses.length === 0
        ? planText(made)
        : `${planText(made)}\nAllow each loss by name to go on: --allow-loss NAME`;
    const [first] = list;
    if (single && first !== undefined) {
      const made = await planJob(first, { ...selectionOf(flags), estimate: true }, context);
      return { exitCode: codeOf(made), document: made, text: textOf(made) };
    }
    const outcomes = await eachJob(list, context.signal, (job) =>
      planJob(job, { ...selectionOf(flags), estimate: true }, context),
    );
    return listOutcomes(outcomes, {
      codeOf,
      textOf,
      summary: (plans) => {
        const records = plans.reduce((total, { totalVectors }) => total + totalVectors, 0);
        return `${plans.length} collections planned, ${records} records`;
      },
    });
  });
}

/** `estimate` times reading the source, which takes a few pages. */
export async function planJob(
  job: Job,
  request: object & { readonly estimate: boolean },
  { signal }: CommandContext,
): Promise<MigrationPlan> {
  const migrator = new VectorStoreMigrator({
    ...job.settings,
    source: job.source.store,
    target: job.target.store,
    checkpoints: false,
  });
  const { sourceCollection, targetCollection, options } = job;
  const made = await migrator.plan({ ...options, ...request, sourceCollection, targetCollection, signal });
  return withProposal(made, { source: job.source.store, target: job.target.store }, signal);
}
