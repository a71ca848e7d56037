import { VsmError } from '@vsm/core';
import { retryingStore } from '@vsm/core/adapter';
import type * as Embed from '@vsm/embed';
import { amount, makeEmbedding } from '../../embeds.ts';
import type { PaidEmbedding } from '../../paid-embedding.ts';
import { EXIT } from '../../exit-codes.ts';
import { resolveJobs, type Job } from '../../jobs.ts';
import { loadBeside } from '../../load-module.ts';
import { runCommand, type CommandContext } from '../../run.ts';

import type { JudgeFlags } from './flags.ts';
import { judgementText } from './text.ts';

export async function judge(words: readonly string[], flags: JudgeFlags): Promise<void> {
  await runCommand(flags, async (context) => {
    const { list } = await resolveJobs({ words, all: flags.all, config: flags.config }, context);
    const [job] = list;
    if (job === undefined || list.length > 1) {
      throw new VsmError('INVALID_OPTIONS', 'One collection is judged at a time: name it in place of "*".');
    }
    const embedPackage = await loadBeside<typeof Embed>('@vsm/embed');
    if (embedPackage === undefined) {
      throw new VsmError('INVALID_OPTIONS', 'vsm judge needs a package that is not installed: npm install @vsm/embed');
    }
    const { signal } = context;
    const [source, target] = await Promise.all([
      retryingStore(job.source.store).openCollection(job.sourceCollection, { signal }),
      retryingStore(job.target.store).openCollection(job.targetCollection, { signal }),
    ]);
    const queries = flags.queries === undefined ? undefined : await embedPackage.readQueries(flags.queries);
    const model = (name: string | undefined): Promise<PaidEmbedding | undefined> => modelOf(name, job, flags, context);
    const made = await embedPackage.judge({
      source: { collection: source, vector: flags.vector, embed: (await model(flags.embedSource))?.embed },
      target: { collection: target, vector: flags.targetVector, embed: (await model(flags.embed))?.embed },
      queries,
      sample: flags.sample,
      slice: flags.slice,
      topK: flags.topK,
      minOverlap: flags.minOverlap,
      minRecall: flags.minRecall,
      signal,
    });
    return { exitCode: made.passed ? EXIT.done : EXIT.differences, document: made, text: judgementText(made) };
  });
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
