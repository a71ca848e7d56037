import { estimateReading, VectorStoreMigrator, VsmError, type MigrationEstimate } from '@vsm/core';
import { duration, estimateText, trafficLines } from '@vsm/report/text';
import { line } from '@vsm/report/redact';
import { costLines, costsOf, type MoveCosts } from '../../costs.ts';
import { EXIT } from '../../exit-codes.ts';
import { checkApart, eachJob, resolveJobs, type Job, type JobOutcome } from '../../jobs.ts';
import { listOutcomes } from '../../outcomes.ts';
import { runCommand, type CommandContext, type CommandOutcome } from '../../run.ts';
import { given, selectionOf } from '../../selection.ts';
import { openLocation } from '../../stores.ts';
import type { EstimateFlags } from './flags.ts';

interface Named extends MigrationEstimate {
  readonly sourceCollection: string;
  /** Of services that charge by use. */
  readonly costs?: MoveCosts | undefined;
}

function textOf({ source, target }: Job, { traffic, costs, ...made }: Omit<Named, 'sourceCollection'>): string {
  const adapters = { source: source.store.adapter, target: target.store.adapter };
  const lines = traffic === undefined ? [] : trafficLines(traffic, adapters);
  return [estimateText(made), ...lines, ...costLines(costs)].join('\n');
}

export async function estimate(words: readonly string[], flags: EstimateFlags): Promise<void> {
  await runCommand(flags, async (context) => {
    const [only = ''] = words;
    if (words.length === 1 && only.includes(':')) return estimateSource(only, flags, context);
    const { list, single } = await resolveJobs({ words, all: flags.all, config: flags.config }, context);
    list.forEach(checkApart);
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
      const costs = await costsOf(job, made.traffic, flags.embedPrices);
      return { sourceCollection, ...made, ...given({ costs }) };
    };
    const [first] = list;
    if (single && first !== undefined) {
      const { sourceCollection: _name, ...made } = await estimateJob(first);
      return { exitCode: EXIT.done, document: made, text: textOf(first, made) };
    }
    return summed(await eachJob(list, context.signal, estimateJob), context);
  });
}

/** Without a target: how long it takes to read one collection, or all. */
async function estimateSource(word: string, flags: EstimateFlags, context: CommandContext): Promise<CommandOutcome> {
  const { signal, use, secrets } = context;
  const from = use(await openLocation(word, 'source', await context.config(flags.config, [word]), secrets));
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

function summed(outcomes: readonly JobOutcome<Named>[], { failures }: CommandContext): CommandOutcome {
  return listOutcomes(outcomes, failures, {
    codeOf: () => EXIT.done,
    textOf: (made) => `${line`${made.sourceCollection}`}\n${estimateText(made)}`,
    summary: (all) => {
      const records = all.reduce((total, { totalVectors }) => total + totalVectors, 0);
      const time = all.reduce((total, { estimatedDurationSeconds }) => total + estimatedDurationSeconds, 0);
      return `${all.length} collections, ${records} records, about ${duration(time)}`;
    },
  });
}
