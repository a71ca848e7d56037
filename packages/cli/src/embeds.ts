import {
  LOSS_NAMES,
  VectorStoreMigrator,
  VsmError,
  type Embedding,
  type JsonObject,
  type MigrationPlan,
  type VectorStoreV1,
} from '@vsm/core';
import { own } from '@vsm/core/adapter';
import type * as Embed from '@vsm/embed';
import type { AiSdkModel, EmbeddingProvider, TooLong } from '@vsm/embed';
import { join } from 'node:path';
import type { EmbedConfig } from './config.ts';
import type { GateFlags } from './gated.ts';
import type { Job, JobOutcome, Jobs } from './jobs.ts';
import { costsOf } from './costs.ts';
import { keptUrl, urlOfRun } from './kept-url.ts';
import { loadEmbed } from './load-embed.ts';
import { loadBeside } from './load-module.ts';
import type { PricedPlan } from './embed-text.ts';
import type { PaidEmbedding } from './paid-embedding.ts';
import type { CommandContext } from './run.ts';
import { ownFolder, runDirectory, spelledFlag } from './selection.ts';

export interface EmbedFlags {
  readonly embed?: string;
  readonly embedUrl?: string;
  readonly embedText?: string;
  readonly embedTooLong?: TooLong;
  readonly embedMaxTokens?: number;
  readonly embedDimensions?: number;
  readonly embedPrices?: string;
  readonly as?: string;
  readonly maxCost?: string;
}

interface Ends {
  readonly source: VectorStoreV1;
  readonly layoutFrom: string | undefined;
  readonly runDir: string | undefined;
}

/** Every collection with the model that the flags give it, or its entry in the config file. */
export async function withEmbeds(
  jobs: Jobs,
  flags: EmbedFlags &
    Pick<GateFlags, 'embedSource'> & { readonly layoutFrom?: string | undefined; readonly runDir?: string | undefined },
  context: CommandContext,
): Promise<Jobs> {
  const list = await Promise.all(
    jobs.list.map(async (job): Promise<Job> => {
      const choice = chosen(flags, job.embed);
      if (choice === undefined) return job;
      const layoutFrom = flags.layoutFrom ?? job.layouts.layoutFrom;
      const runDir = flags.runDir ?? jobs.runDir;
      const reembedding = await makeEmbedding(choice, { source: job.source.store, layoutFrom, runDir }, context);
      // A model object cannot be kept: the entry of the config file has it.
      const kept = typeof choice.model === 'string' ? { ...choice, url: keptUrl(choice.url), layoutFrom } : {};
      const embed = JSON.parse(JSON.stringify(kept)) as JsonObject;
      const annotations = { ...job.annotations, embed };
      return { ...job, reembedding, annotations, options: { ...job.options, embed: reembedding.embedding } };
    }),
  );
  return { ...jobs, list };
}

function chosen(
  flags: EmbedFlags & Pick<GateFlags, 'embedSource'>,
  config: EmbedConfig | undefined,
): EmbedConfig | undefined {
  const { embed, embedUrl, embedText, embedTooLong, embedMaxTokens, embedDimensions, embedPrices, as, maxCost } = flags;
  const model = embed ?? config?.model;
  if (model === undefined) {
    // The model of a gate may be another server's, and services have prices too.
    const others = flags.embedSource === undefined ? ['embedPrices'] : ['embedPrices', 'embedSource', 'embedUrl'];
    const lonely = Object.keys(flags).find((name) => /^embed[A-Z]|^as$|^maxCost$/.test(name) && !others.includes(name));
    if (lonely === undefined) return undefined;
    throw new VsmError('INVALID_OPTIONS', `${spelledFlag(lonely)} needs --embed, which says with what model.`);
  }
  return {
    model,
    url: embedUrl ?? config?.url,
    text: embedText ?? config?.text,
    tooLong: embedTooLong ?? config?.tooLong,
    maxTokens: embedMaxTokens ?? config?.maxTokens,
    dimensions: embedDimensions ?? config?.dimensions,
    prices: embedPrices ?? config?.prices,
    as: as ?? config?.as,
    maxCost: maxCost === undefined ? config?.maxCost : amount(maxCost),
  };
}

export function amount(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return value;
  throw new VsmError('INVALID_OPTIONS', `--max-cost must be an amount such as 2.50, but is ${JSON.stringify(text)}.`);
}

export async function makeEmbedding(
  choice: EmbedConfig,
  { source, layoutFrom, runDir }: Ends,
  context: CommandContext,
): Promise<PaidEmbedding> {
  const embedPackage = await loadEmbed('--embed');
  for (const [name, value] of Object.entries(process.env)) if (name.endsWith('_API_KEY')) context.secrets.learn(value);
  const { text, tooLong, maxTokens, as, maxCost } = choice;
  if (tooLong !== undefined && !embedPackage.TOO_LONG.includes(tooLong)) {
    throw new VsmError(
      'INVALID_OPTIONS',
      `A text that is too long may be ${embedPackage.TOO_LONG.join(', ')}; "${tooLong}" is none of them.`,
    );
  }
  const budget = new AbortController();
  const provider = await providerOf(choice, embedPackage);
  const read =
    layoutFrom === undefined ? undefined : (await import('@vsm/layouts')).createLayoutReader(layoutFrom, source);
  const cache = await embedPackage.openCache(join(ownFolder(runDirectory(runDir)), 'embeddings.sqlite'));
  const made = await embedPackage.createReembedding({
    provider,
    dimension: choice.dimensions,
    text: { read, ...(text === undefined ? {} : text.includes('{{') ? { template: text } : { field: text }) },
    tooLong,
    maxTokens,
    vector: as,
    cache,
    prices: await embedPackage.readPrices(choice.prices),
    maxCost,
    onBudget: (error) => budget.abort(error),
    signal: AbortSignal.any([context.signal, budget.signal]),
  });
  context.atEnd(made.close);
  const stand = new Float32Array(made.embedding.dimension).fill(1);
  const unpaid = { ...made.embedding, embed: async (texts: readonly string[]) => texts.map(() => stand) };
  return { ...made, signal: budget.signal, maxCost, unpaid };
}

async function providerOf(
  { model, url, dimensions }: EmbedConfig,
  { createOpenAiProvider, aiSdkProvider, isAiSdkModel }: typeof Embed,
): Promise<EmbeddingProvider> {
  if (typeof model !== 'string') return aiSdkProvider(model);
  const [, kind = '', name = ''] = /^([^:]+):(.+)$/s.exec(model) ?? [];
  if (kind === 'openai') return createOpenAiProvider({ model: name, url, dimensions });
  if (kind === '') {
    throw new VsmError(
      'INVALID_OPTIONS',
      `--embed wants a provider and a model, such as openai:text-embedding-3-small, but is ${JSON.stringify(model)}.`,
    );
  }
  const module = await loadBeside<Readonly<Record<string, unknown>>>(kind);
  if (module === undefined) {
    throw new VsmError(
      'INVALID_OPTIONS',
      `--embed ${model}: the package ${kind} is not installed. Install it, or use openai:MODEL with --embed-url.`,
    );
  }
  // Providers of the AI SDK export themselves under the last part of their package's name.
  const exported = kind.replace(/^.*\//, '').replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const sdk = (own(module, exported) ?? module['default']) as
    | Partial<Record<'embeddingModel' | 'textEmbeddingModel', (id: string) => AiSdkModel>>
    | undefined;
  const made = sdk?.embeddingModel?.(name) ?? sdk?.textEmbeddingModel?.(name);
  if (isAiSdkModel(made)) return aiSdkProvider(made);
  throw new VsmError('INVALID_OPTIONS', `--embed ${model}: ${kind} has no embedding models as the AI SDK has them.`);
}

/** The model that a run was begun with. */
export async function embedOfRun(
  run: {
    readonly embed: unknown;
    readonly migration: Embedding | EmbedConfig | undefined;
    readonly source: VectorStoreV1;
  },
  flags: { readonly maxCost?: string | undefined; readonly runDir?: string | undefined },
  context: CommandContext,
): Promise<PaidEmbedding | undefined> {
  const kept = run.embed as (Partial<EmbedConfig> & { readonly layoutFrom?: string }) | undefined;
  const configured = run.migration !== undefined && 'model' in run.migration ? run.migration : undefined;
  const choice =
    kept?.model === undefined ? configured : { ...kept, model: kept.model, url: urlOfRun(kept.url, configured?.url) };
  if (choice === undefined) return undefined;
  // A bound is of one command: who resumes says what more it may cost.
  const maxCost = flags.maxCost === undefined ? undefined : amount(flags.maxCost);
  return makeEmbedding(
    { ...choice, maxCost },
    { source: run.source, layoutFrom: kept?.layoutFrom, runDir: flags.runDir },
    context,
  );
}

/** The plan, with what it will cost: all records are read for it, and none is written. */
export async function withPrice(
  planned: MigrationPlan,
  job: Job,
  { prices, ...selection }: { readonly prices: string | undefined },
  { signal }: CommandContext,
): Promise<PricedPlan> {
  const { reembedding, source, target, sourceCollection, targetCollection, options, settings } = job;
  const costs = await costsOf(job, planned.traffic, prices ?? job.embed?.prices);
  const plan: PricedPlan = costs === undefined ? planned : { ...planned, costs };
  if (reembedding === undefined) return plan;
  const migrator = new VectorStoreMigrator({
    ...settings,
    source: source.store,
    target: target.store,
    checkpoints: false,
  });
  try {
    const embeddingPrice = await reembedding.price((embed) =>
      migrator.migrate({
        ...options,
        ...selection,
        sourceCollection,
        targetCollection,
        embed,
        signal,
        dryRun: true,
        allowLoss: LOSS_NAMES,
      }),
    );
    return { ...plan, embeddingPrice };
  } catch (error) {
    // What the plan says already: it cannot be carried out, at any price.
    if (VsmError.isInstance(error) && error.code === 'SCHEMA_INCOMPATIBLE') return plan;
    throw error;
  }
}

/** @throws VsmError where money would be spent, and nobody was asked */
export function checkPaid(
  planned: readonly JobOutcome<PricedPlan>[],
  flags: { readonly yes?: boolean; readonly dryRun?: boolean },
  { ask }: CommandContext,
): void {
  if (flags.yes === true || flags.dryRun === true || ask !== undefined) return;
  for (const { job, result } of planned) {
    const cost = result?.embeddingPrice?.cost ?? 0;
    if (cost === 0 || job.reembedding?.maxCost !== undefined) continue;
    throw new VsmError(
      'INVALID_OPTIONS',
      `"${job.sourceCollection}" would cost ${cost.toFixed(6)} ${result?.embeddingPrice?.price?.currency ?? ''}, and nobody is here to be asked: allow it with --yes, or bound it with --max-cost. Nothing was written.`,
    );
  }
}
