/** Search is judged once a copy has ended. What it takes is looked at before the first record is written. */
import { VsmError, type JsonObject, type MigrationPlan, type MigrationResult, type VectorStoreV1 } from '@vsm/core';
import { matches, own, retryingStore } from '@vsm/core/adapter';
import { openEnd } from '@vsm/core/engine';
import type * as Embed from '@vsm/embed';
import type { GateConfig, MigrationConfig } from './config.ts';
import { makeEmbedding } from './embeds.ts';
import type { Gate, GatedResult, GateFlags } from './gated.ts';
import type { Job, Jobs } from './jobs.ts';
import { keptUrl, urlOfRun } from './kept-url.ts';
import { loadEmbed } from './load-embed.ts';
import { judgementText } from './judgement-text.ts';
import type { PaidEmbedding } from './paid-embedding.ts';
import type { CommandContext } from './run.ts';

interface Ends {
  readonly source: VectorStoreV1;
  readonly target: VectorStoreV1;
  readonly reembedding: PaidEmbedding | undefined;
  readonly runDir: string | undefined;
  /** Of a server for the model of the source. */
  readonly url?: string | undefined;
}

/** Every collection with the gate that the flags give it, or its entry in the config file. */
export async function withGates(
  jobs: Jobs,
  flags: GateFlags & { readonly embedUrl?: string; readonly runDir?: string | undefined; readonly detach?: boolean },
  context: CommandContext,
): Promise<Jobs> {
  const list = await Promise.all(
    jobs.list.map(async (job): Promise<Job> => {
      const config = chosen(flags, job.gateConfig);
      if (config === undefined) return job;
      if (flags.detach === true) {
        throw new VsmError(
          'INVALID_OPTIONS',
          'A gate is judged by the process that sees the copy end: leave out --detach.',
        );
      }
      const { source, target, reembedding } = job;
      const ends = { source: source.store, target: target.store, reembedding, runDir: flags.runDir ?? jobs.runDir };
      const url = flags.embedUrl ?? job.embed?.url;
      const gate = await openGate(config, { ...ends, url }, context);
      const kept = JSON.parse(JSON.stringify({ ...config, url: keptUrl(url) })) as JsonObject;
      return { ...job, gate, annotations: { ...job.annotations, gate: kept } };
    }),
  );
  return { ...jobs, list };
}

/** The gate that a run was begun with. */
export async function gateOfRun(
  kept: unknown,
  ends: Omit<Ends, 'url'> & { readonly migration: MigrationConfig | undefined },
  context: CommandContext,
): Promise<Gate | undefined> {
  if (kept === undefined) return undefined;
  const { url, ...config } = kept as GateConfig & { readonly url?: string };
  const embed = ends.migration?.embed;
  const configured = embed !== undefined && 'model' in embed ? embed.url : undefined;
  return openGate(config, { ...ends, url: urlOfRun(url, configured) }, context);
}

function chosen(flags: GateFlags, config: GateConfig | undefined): GateConfig | undefined {
  const { gate, gateQueries, gateRecall, embedSource } = flags;
  const all: GateConfig = {
    ...config,
    minOverlap: gate === undefined ? config?.minOverlap : shareOf('--gate', gate),
    minRecall: gateRecall === undefined ? config?.minRecall : shareOf('--gate-recall', gateRecall),
    queries: gateQueries ?? config?.queries,
    sourceModel: embedSource ?? config?.sourceModel,
  };
  if (Object.values(all).every((value) => value === undefined)) return undefined;
  if (all.minOverlap !== undefined || all.minRecall !== undefined) return all;
  throw new VsmError(
    'INVALID_OPTIONS',
    'A gate needs to know what passes: --gate 0.9 for the overlap, --gate-recall 0.9 for queries that say what is right.',
  );
}

function shareOf(flag: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new VsmError('INVALID_OPTIONS', `${flag} must be from 0 to 1, but is ${JSON.stringify(text)}.`);
}

/** @throws VsmError `INVALID_OPTIONS` where the queries cannot be asked, before anything is written */
async function openGate(config: GateConfig, ends: Ends, context: CommandContext): Promise<Gate> {
  const { minOverlap, minRecall, sample, topK, slice, sourceModel } = config;
  const embed = await loadEmbed('A gate');
  const queries = config.queries === undefined ? undefined : await embed.readQueries(config.queries);
  if (minRecall !== undefined && queries?.some(({ relevant }) => relevant !== undefined) !== true) {
    throw new VsmError('INVALID_OPTIONS', 'A least recall needs queries that say what is right ("relevant").');
  }
  const models = await modelsOf(queries, sourceModel, ends, context);
  return {
    async judge(plan) {
      const { signal } = context;
      const [source, target] = [retryingStore(ends.source), retryingStore(ends.target)];
      const sides = sidesOf(plan);
      return embed.judge({
        source: { ...sides.source, embed: models.source, collection: await openEnd(source, plan.source, { signal }) },
        target: { ...sides.target, embed: models.target, collection: await openEnd(target, plan.target, { signal }) },
        queries,
        sample,
        topK,
        slice,
        minOverlap,
        minRecall,
        signal,
      });
    },
  };
}

/** What of both sides is searched: the records that were to be moved, by the vector that was changed. */
function sidesOf({ filter, namespaces, embedding, reduction, vectorNames }: MigrationPlan): {
  readonly source: Pick<Embed.JudgedSide, 'vector' | 'only'>;
  readonly target: Pick<Embed.JudgedSide, 'vector' | 'reduce'>;
} {
  const changed = embedding?.vector ?? reduction?.vector;
  return {
    source: {
      vector: embedding === undefined ? changed : undefined,
      only: ({ metadata, namespace = '' }) =>
        (filter === undefined || matches(filter, metadata)) && namespaces?.includes(namespace) !== false,
    },
    target: { vector: changed === undefined ? undefined : own(vectorNames, changed), reduce: reduction },
  };
}

type Texts = Embed.JudgedSide['embed'];

async function modelsOf(
  queries: readonly Embed.Query[] | undefined,
  model: string | undefined,
  { source, reembedding, runDir, url }: Ends,
  context: CommandContext,
): Promise<{ readonly source: Texts; readonly target: Texts }> {
  if (queries?.some(({ vectors }) => vectors === undefined) !== true) return { source: undefined, target: undefined };
  if (model === undefined) {
    throw new VsmError(
      'INVALID_OPTIONS',
      'The queries of the gate are texts: say with what model the vectors of the source were made (--embed-source openai:MODEL).',
    );
  }
  const before = await makeEmbedding({ model, url }, { source, layoutFrom: undefined, runDir }, context);
  return { source: before.embed, target: (reembedding ?? before).embed };
}

/** Judges what was copied; a gate that is not passed is an error of the result. */
export async function passGate(result: MigrationResult, gate: Gate | undefined): Promise<GatedResult> {
  if (gate === undefined || result.metadata.dryRun) return result;
  const judgement = await gate.judge(result.metadata.plan).catch((cause: unknown) => {
    if (!VsmError.isInstance(cause)) throw cause;
    const message = `Run ${result.runId} has copied its records, but search could not be judged: ${cause.message} vsm judge does so at any time.`;
    throw new VsmError(cause.code, message, { cause });
  });
  const errors = judgement.passed ? [] : [`the gate was not passed: ${judgement.failures.join('; ')}`];
  return { ...result, success: result.success && judgement.passed, errors: [...result.errors, ...errors], judgement };
}

export function gateLines({ judgement }: GatedResult): string[] {
  return judgement === undefined ? [] : [`gate: ${judgementText(judgement)}`];
}

/** For the line of one of several collections. */
export function gateWords({ judgement }: GatedResult): string[] {
  if (judgement === undefined) return [];
  return [
    judgement.passed
      ? `gate passed (overlap ${judgement.overlap.mean.toFixed(3)})`
      : `gate FAILED: ${judgement.failures.join('; ')}`,
  ];
}
