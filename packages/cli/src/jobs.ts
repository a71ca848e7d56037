import {
  VsmError,
  type JsonObject,
  type MigrateOptions,
  type OpenedLocation,
  type VectorStoreMigratorOptions,
} from '@vsm/core';
import { retryingStore, didYouMean } from '@vsm/core/adapter';
import { maskLocation } from '@vsm/report/redact';
import type { PaidEmbedding } from './paid-embedding.ts';
import type { EmbedConfig, GateConfig, MigrationConfig } from './config.ts';
import type { Gate } from './gated.ts';
import type { LoadedConfig } from './load-config.ts';
import type { CommandContext } from './run.ts';
import { collectionsOf, openLocation } from './stores.ts';

type MigratorSettings = Omit<VectorStoreMigratorOptions, 'source' | 'target' | 'onProgress' | 'checkpoints'>;
type JobOptions = Omit<MigrateOptions, 'sourceCollection' | 'targetCollection'>;

/** One collection on its way, as words of the command line or an entry of the config file ask for it. */
export interface Job {
  readonly source: OpenedLocation;
  readonly target: OpenedLocation;
  readonly sourceCollection: string;
  readonly targetCollection: string;
  /** All collections of the source go into this one of the target, which only a layout with parts can keep apart. */
  readonly shared: boolean;
  /** As given, without secrets: what `vsm resume` opens again. */
  readonly annotations: {
    readonly source: string;
    readonly target: string;
    readonly migration?: string;
    readonly layout?: JsonObject;
    readonly embed?: JsonObject;
    readonly gate?: JsonObject;
  };
  /** New vectors by a model, of which a price is known beforehand. */
  readonly reembedding?: PaidEmbedding | undefined;
  /** Judges search after the copy. */
  readonly gate?: Gate | undefined;
  /** As an entry of the config file has them. */
  readonly embed?: EmbedConfig | undefined;
  readonly gateConfig?: GateConfig | undefined;
  /** As an entry of the config file has them. */
  readonly layouts: { readonly layoutFrom?: string | undefined; readonly layoutTo?: string | undefined };
  readonly settings: MigratorSettings;
  readonly options: JobOptions;
}

export interface Jobs {
  readonly list: readonly Job[];
  /** One collection that was asked for by its own name, so that the result is not a list. */
  readonly single: boolean;
  readonly runDir: string | undefined;
}

export interface Words {
  /** Two locations, or names of migrations in the config file. */
  readonly words: readonly string[];
  readonly all?: boolean | undefined;
  /** Of whatever lies at the target. */
  readonly takeOver?: boolean | undefined;
  readonly config?: string | undefined;
}

/** What the words mean: opens stores, lists collections where `*` asks for all, and reads no record. */
export async function resolveJobs(given: Words, context: CommandContext): Promise<Jobs> {
  const { words } = given;
  const config = await context.config(given.config, words);
  const isLocation = (word: string): boolean => word.includes(':');
  const [source, target] = words;
  if (given.all !== true && source !== undefined && words.some(isLocation)) {
    if (target === undefined || words.length > 2) {
      throw new VsmError('INVALID_OPTIONS', `Give a source and a target; ${words.length} were given.`);
    }
    const pair = await pairJobs({ source, target }, given, config, context);
    return { ...pair, runDir: config?.runDir };
  }
  const names = given.all === true ? [...(config?.migrations.keys() ?? [])] : words;
  const lists = [];
  for (const name of names) {
    const migration = migrationOf(name, config);
    lists.push(await pairJobs(migration, { ...given, migration: name }, config, context));
  }
  const [first] = lists;
  if (first === undefined) throw new VsmError('INVALID_OPTIONS', nothingToDo(config));
  return {
    list: lists.flatMap(({ list }) => list),
    single: lists.length === 1 && given.all !== true && first.single,
    runDir: config?.runDir,
  };
}

export function migrationOf(name: string, config: LoadedConfig | undefined): MigrationConfig {
  const migration = config?.migrations.get(name);
  if (migration !== undefined) return migration;
  if (config === undefined) {
    throw new VsmError(
      'INVALID_OPTIONS',
      `"${name}" is not a location such as chroma://localhost:8000/docs, and there is no vsm.config file here with a migration of that name.`,
    );
  }
  const names = [...config.migrations.keys()];
  throw new VsmError(
    'INVALID_OPTIONS',
    `${config.path} has no migration "${name}". ${didYouMean(name, names, `It has: ${names.join(', ') || 'none'}.`)}`,
  );
}

function nothingToDo(config: LoadedConfig | undefined): string {
  const names = [...(config?.migrations.keys() ?? [])];
  const how = 'Give a source and a target, such as chroma://localhost:8000/docs pglite:./db?table=docs';
  if (names.length === 0) return `${how}.`;
  return `${how}, or a migration of ${config?.path}: ${names.join(', ')}.`;
}

async function pairJobs(
  { source, target, ...rest }: MigrationConfig,
  { migration, takeOver }: Pick<Words, 'takeOver'> & { readonly migration?: string },
  config: LoadedConfig | undefined,
  { signal, use, secrets }: CommandContext,
): Promise<{ list: Job[]; single: boolean }> {
  const from = use(await openLocation(source, 'source', config, secrets));
  const to = use(await openLocation(target, 'target', config, secrets, { takeOver }));
  const { names, all } = await collectionsOf({ ...from, store: retryingStore(from.store) }, source, signal);
  const into = to.collection === '*' ? undefined : to.collection;
  const { maxRetries, retryDelaySeconds, retryBackoff, layoutFrom, layoutTo, ...others } = rest;
  const { validate: validates, verify, embed, gate: gateConfig, ...options } = others;
  const validate = verify === 'none' ? false : validates;
  const list = names.map((name): Job => ({
    source: from,
    target: to,
    sourceCollection: name,
    targetCollection: into ?? name,
    shared: all && into !== undefined,
    annotations: {
      source: maskLocation(source),
      target: maskLocation(target),
      ...(migration !== undefined && { migration }),
    },
    layouts: { layoutFrom, layoutTo },
    embed: embed !== undefined && 'model' in embed ? embed : undefined,
    gateConfig,
    settings: { validate, maxRetries, retryDelaySeconds, retryBackoff },
    options: {
      ...options,
      embed: embed !== undefined && 'embed' in embed ? embed : undefined,
      verify: verify === 'none' ? undefined : verify,
      namespaces: options.namespaces ?? from.namespaces,
    },
  }));
  return { list, single: !all };
}

/** @throws VsmError where several collections would go into one */
export function checkApart({ shared, annotations: { source, target }, targetCollection }: Job): void {
  if (!shared) return;
  throw new VsmError(
    'INVALID_OPTIONS',
    `All collections of "${source}" would go into the one collection "${targetCollection}". Leave it out of "${target}".`,
  );
}

/** What became of one collection where there are several. */
export interface JobOutcome<Result> {
  readonly job: Job;
  readonly result?: Result;
  readonly error?: Error;
}

/** The same for every collection; one that fails does not stop the rest, an interruption does. */
export async function eachJob<Result>(
  jobs: readonly Job[],
  signal: AbortSignal,
  work: (job: Job) => Promise<Result>,
): Promise<JobOutcome<Result>[]> {
  const outcomes: JobOutcome<Result>[] = [];
  for (const job of jobs) {
    try {
      outcomes.push({ job, result: await work(job) });
    } catch (error) {
      if (signal.aborted) throw error;
      outcomes.push({ job, error: error instanceof Error ? error : new Error(String(error)) });
    }
  }
  return outcomes;
}
