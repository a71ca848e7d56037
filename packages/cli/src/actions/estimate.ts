import { estimateReading, VectorStoreMigrator, VsmError, type MigrationEstimate } from '@vsm/core';
import type { EstimateFlags } from '../commands/estimate.ts';
import { EXIT } from '../exit-codes.ts';
import { eachJob, resolveJobs, type Job } from '../jobs.ts';
import { runCommand, type CommandContext, type CommandOutcome } from '../run.ts';
import { openLocation } from '../stores.ts';
import { estimateText } from '../text/estimate.ts';
import { seconds } from '../text/units.ts';
import { given, selectionOf } from './flags.ts';
import { listOutcomes } from './outcomes.ts';

interface Named extends MigrationEstimate {
  readonly sourceCollection: string;
}

export async function estimate(words: readonly string[], flags: EstimateFlags): Promise<void> {
  await runCommand(flags, async (context) => {
    const [only = ''] = words;
    if (words.length === 1 && only.includes(':')) return estimateSource(only, flags, context);
    const { list, single } = await resolveJobs({ words, all: flags.all, config: flags.config }, context);
    const estimateJob = async (job: Job): Promise<Named> => {
      const { sourceCollection, targetCollection, options } = job;
      const migrator = new VectorStoreMigrator({ ...job.settings, source: job.source.store, target: job.target.store });
      const made = await migrator.estimate({
        filter: options.filter,
        ...given({ batchSize: options.batchSize }),
        ...selectionOf(flags),
        ...given({ batchSize: flags.batchSize }),
        probe: flags.probe,
        collectionName: sourceCollection,
        targetCollection,
        signal: context.signal,
      });
      return { sourceCollection, ...made };
    };
    const [first] = list;
    if (single && first !== undefined) {
      const { sourceCollection: _name, ...made } = await estimateJob(first);
      return { exitCode: EXIT.done, document: made, text: estimateText(made) };
    }
    return summed(await eachJob(list, context.signal, estimateJob));
  });
}

/** Without a target: how long it takes to read one collection, or all. */
async function estimateSource(word: string, flags: EstimateFlags, context: CommandContext): Promise<CommandOutcome> {
  const { signal, use } = context;
  const from = use(await openLocation(word, 'source', await context.config(flags.config, [word])));
  if (from.collection === '*') {
    throw new VsmError('INVALID_OPTIONS', 'Name one collection, or a target as well, to estimate all of them.');
  }
  if (from.collection === undefined) {
    throw new VsmError('INVALID_OPTIONS', `"${from.store.location}" names no collection.`);
  }
  const made = await estimateReading(from.store, from.collection, {
    ...selectionOf(flags),
    ...given({ batchSize: flags.batchSize }),
    signal,
  });
  return { exitCode: EXIT.done, document: made, text: estimateText(made) };
}

function summed(outcomes: Parameters<typeof listOutcomes<Named>>[0]): CommandOutcome {
  return listOutcomes(outcomes, {
    codeOf: () => EXIT.done,
    textOf: (made) => `${made.sourceCollection}\n${estimateText(made)}`,
    summary: (all) => {
      const records = all.reduce((total, { totalVectors }) => total + totalVectors, 0);
      const time = all.reduce((total, { estimatedDurationSeconds }) => total + estimatedDurationSeconds, 0);
      return `${all.length} collections, ${records} records, about ${seconds(time)}`;
    },
  });
}
