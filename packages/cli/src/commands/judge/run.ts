import { VsmError } from '@vsm/core';
import { retryingStore } from '@vsm/core/adapter';
import { amount, makeEmbedding } from '../../embeds.ts';
import type { PaidEmbedding } from '../../paid-embedding.ts';
import { EXIT } from '../../exit-codes.ts';
import { resolveJobs, type Job } from '../../jobs.ts';
import { judgementText } from '../../judgement-text.ts';
import { loadEmbed } from '../../load-embed.ts';
import { withPages, type Pages } from '../../pages/run-pages.ts';
import { runCommand, type CommandContext, type CommandOutcome } from '../../run.ts';
import type { JudgeFlags } from './flags.ts';

export async function judge(words: readonly string[], flags: JudgeFlags): Promise<void> {
  const { html, ...told } = flags;
  const report = flags.report ?? html;
  const pages = { report, command: 'judge', settings: { arguments: words, ...told } };
  await runCommand(
    flags,
    withPages(pages, (context: CommandContext & Pages) => judgeOne(words, flags, context)),
  );
}

async function judgeOne(
  words: readonly string[],
  flags: JudgeFlags,
  context: CommandContext & Pages,
): Promise<CommandOutcome> {
  const { list } = await resolveJobs({ words, all: flags.all, config: flags.config }, context);
  const [job] = list;
  if (job === undefined || list.length > 1) {
    throw new VsmError('INVALID_OPTIONS', 'One collection is judged at a time: name it in place of "*".');
  }
  const { dimensions, datatype, signal } = { ...flags, ...context };
  const embedPackage = await loadEmbed('vsm judge');
  const made = await context.track({ ...job.annotations, collection: job.sourceCollection }, async () => {
    const [source, target] = await Promise.all([
      retryingStore(job.source.store).openCollection(job.sourceCollection, { signal }),
      retryingStore(job.target.store).openCollection(job.targetCollection, { signal }),
    ]);
    const queries = flags.queries === undefined ? undefined : await embedPackage.readQueries(flags.queries);
    const model = (name: string | undefined): Promise<PaidEmbedding | undefined> => modelOf(name, job, flags, context);
    const reduce = dimensions === undefined && datatype === undefined ? undefined : { dimensions, datatype };
    return embedPackage.judge({
      source: { collection: source, vector: flags.vector, embed: (await model(flags.embedSource))?.embed },
      target: { collection: target, vector: flags.targetVector, embed: (await model(flags.embed))?.embed, reduce },
      queries,
      sample: flags.sample,
      slice: flags.slice,
      topK: flags.topK,
      minOverlap: flags.minOverlap,
      minRecall: flags.minRecall,
      signal,
    });
  });
  return { exitCode: made.passed ? EXIT.done : EXIT.differences, document: made, text: judgementText(made) };
}

async function modelOf(
  model: string | undefined,
  job: Job,
  flags: JudgeFlags,
  context: CommandContext,
): Promise<PaidEmbedding | undefined> {
  if (model === undefined) return undefined;
  const { embedUrl: url, embedDimensions: dimensions, embedPrices: prices } = flags;
  const maxCost = flags.maxCost === undefined ? undefined : amount(flags.maxCost);
  const ends = { source: job.source.store, layoutFrom: undefined, runDir: flags.runDir };
  return makeEmbedding({ model, url, dimensions, prices, maxCost }, ends, context);
}
