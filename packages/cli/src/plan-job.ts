import { VectorStoreMigrator, type MigrationPlan } from '@vsm/core';
import type { Job } from './jobs.ts';
import { withProposal } from './layouts.ts';
import type { CommandContext } from './run.ts';

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
