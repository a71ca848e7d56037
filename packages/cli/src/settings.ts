import type { LossName, Metric, ReducedDatatype, SourceRead, VerifyLevel } from '@vsm/core';
import type { TooLong } from '@vsm/embed';
import type { MigrationConfig } from './config.ts';

/** What a person may set, told once: flags, the check of config files, their schema and completion come from here. */
export interface Setting {
  readonly type:
    | 'text'
    | 'texts'
    | 'whole number'
    | 'whole number or all'
    | 'number'
    | 'yes or no'
    | 'object'
    | 'function';
  readonly help: string;
  /** What holds where nothing is said, for people. */
  readonly default?: string | number | undefined;
  /** The names that are taken. */
  readonly choices?: readonly string[] | undefined;
  /** As the command line has it, such as `--batch-size <n>`. Only where there is one. */
  readonly flag?: string | undefined;
  /** Whether a migration of a config file has it, under the name that it has here. */
  readonly config?: boolean | undefined;
}

/** Every name of a type, once; the compiler misses none. */
const namesOf = <Name extends string>(names: Readonly<Record<Name, true>>): readonly string[] => Object.keys(names);

// Not from core, which would be loaded to print the help.
const LEVELS = namesOf<VerifyLevel>({ count: true, ids: true, values: true, search: true });
const SOURCE_READS = namesOf<SourceRead>({ once: true, twice: true });
const METRICS = namesOf<Metric>({
  cosine: true,
  dot: true,
  euclidean: true,
  manhattan: true,
  hamming: true,
  jaccard: true,
});
const LOSSES = namesOf<LossName>({
  'named-vectors': true,
  'sparse-vectors': true,
  'multi-vectors': true,
  'vector-precision': true,
  'vector-dimensions': true,
  'no-vectors': true,
  'rejected-records': true,
  layout: true,
  'same-place': true,
});

const levels = `${LEVELS.slice(0, -1).join(', ')} or ${LEVELS.at(-1)}`;

/** Settings that no config file has. */
type FlagName =
  | 'all'
  | 'embedUrl'
  | 'embedText'
  | 'embedTooLong'
  | 'embedMaxTokens'
  | 'embedDimensions'
  | 'embedPrices'
  | 'as'
  | 'maxCost'
  | 'gateQueries'
  | 'gateRecall'
  | 'embedSource'
  | 'dimensions'
  | 'datatype'
  | 'vector'
  | 'dryRun'
  | 'plan'
  | 'yes'
  | 'level'
  | 'limit'
  | 'out'
  | 'report'
  | 'ui'
  | 'otel'
  | 'runDir'
  | 'takeOver'
  | 'queue'
  | 'processes'
  | 'parts'
  | 'detach'
  | 'slots'
  | 'untilIdle'
  | 'watch'
  | 'journal'
  | 'percent'
  | 'oneWay'
  | 'ungated'
  | 'replaceTarget'
  | 'accept'
  | 'json'
  | 'quiet'
  | 'configFile';

export type SettingName = keyof MigrationConfig | FlagName;

/** Whatever a migration of a config file has is marked so, which the compiler sees to. */
type Settings = Readonly<
  Record<keyof MigrationConfig, Setting & { readonly config: true }> & Record<FlagName, Setting>
>;

export const SETTINGS: Settings = {
  source: { type: 'text', help: 'where the records are: a location, or name:collection of a store', config: true },
  target: { type: 'text', help: 'where they go; without a collection its name is kept', config: true },
  all: { type: 'yes or no', help: 'every migration of the config file', flag: '--all' },

  filter: {
    type: 'object',
    help: 'only records whose metadata match, such as {"year":{"$gte":2025}}',
    flag: '--filter <json>',
    config: true,
  },
  namespaces: {
    type: 'texts',
    help: 'only this namespace; may be repeated',
    flag: '--namespace <name>',
    config: true,
  },
  since: {
    type: 'object',
    help: 'with mode sync: only records whose field is greater than this, as { field, after }',
    config: true,
  },
  metric: {
    type: 'text',
    help: 'compare by this in the target, where the source does not say',
    choices: METRICS,
    flag: '--metric <metric>',
    config: true,
  },
  fields: { type: 'object', help: 'rename, drop, set and cast metadata fields', config: true },
  transform: { type: 'function', help: 'changes a record; must do the same each time', config: true },
  embed: {
    type: 'object',
    help: 'compute new vectors on the way, such as openai:text-embedding-3-small (docs/re-embedding.md)',
    flag: '--embed <model>',
    config: true,
  },
  embedUrl: {
    type: 'text',
    help: 'a server that speaks as OpenAI does; its key is in VSM_EMBED_API_KEY',
    default: 'https://api.openai.com/v1, whose key is in OPENAI_API_KEY',
    flag: '--embed-url <url>',
  },
  embedText: {
    type: 'text',
    help: 'what is embedded: a field, or a template such as "{{title}} {{document}}"',
    default: 'the document',
    flag: '--embed-text <text>',
  },
  embedTooLong: {
    type: 'text',
    help: 'what becomes of texts that are longer than the model takes',
    default: 'refuse',
    choices: namesOf<TooLong>({ refuse: true, cut: true, average: true }),
    flag: '--embed-too-long <what>',
  },
  embedMaxTokens: {
    type: 'whole number',
    help: 'tokens of one text that the model takes, where the price list does not say',
    flag: '--embed-max-tokens <n>',
  },
  embedDimensions: {
    type: 'whole number',
    help: 'ask the model for fewer dimensions than it has',
    flag: '--embed-dimensions <n>',
  },
  embedPrices: {
    type: 'text',
    help: 'read the prices of models and services from this file',
    flag: '--embed-prices <file>',
  },
  as: {
    type: 'text',
    help: 'give the new vectors this name, beside the old ones',
    flag: '--as <name>',
  },
  maxCost: {
    type: 'text',
    help: 'end the run, so that it can be resumed, before the model costs more',
    flag: '--max-cost <amount>',
  },
  reduce: {
    type: 'object',
    help: 'make vectors smaller, as { dimensions, datatype, vector } (docs/re-embedding.md)',
    config: true,
  },
  dimensions: {
    type: 'whole number',
    help: 'cut vectors to their first so many dimensions, and scale them to length 1',
    flag: '--dimensions <n>',
  },
  datatype: {
    type: 'text',
    help: 'change the numbers of vectors into these, which are smaller',
    choices: namesOf<ReducedDatatype>({ float32: true, float16: true, bfloat16: true, int8: true, bit: true }),
    flag: '--datatype <type>',
  },
  vector: {
    type: 'text',
    help: 'with --dimensions or --datatype: the vector of the source, where there are several',
    flag: '--vector <name>',
  },
  gate: {
    type: 'object',
    help: 'judge search after the copy, and end with 3 where less of the answers are the same, 0 to 1 (docs/re-embedding.md)',
    flag: '--gate <share>',
    config: true,
  },
  gateQueries: {
    type: 'text',
    help: 'with a gate: JSON Lines of queries',
    default: 'records of the source, as their own queries',
    flag: '--gate-queries <file>',
  },
  gateRecall: {
    type: 'text',
    help: 'end with 3 where the target finds fewer of the answers that the queries say are right, 0 to 1',
    flag: '--gate-recall <share>',
  },
  embedSource: {
    type: 'text',
    help: 'for queries that are texts: the model of the source; --embed is that of the target',
    flag: '--embed-source <model>',
  },
  layoutFrom: {
    type: 'text',
    help: 'the framework whose form the source has, such as langchain-js (docs/layouts.md)',
    flag: '--layout-from <layout>',
    config: true,
  },
  layoutTo: {
    type: 'text',
    help: 'the form that the target is to have',
    default: 'that of the same framework',
    flag: '--layout-to <layout>',
    config: true,
  },

  dryRun: { type: 'yes or no', help: 'read, map and check everything, write nothing', flag: '--dry-run' },
  plan: {
    type: 'text',
    help: 'carry out this plan, as vsm plan --json printed it; refused where the target has changed',
    flag: '--plan <file>',
  },
  yes: {
    type: 'yes or no',
    help: 'do not ask: go on with the plan, and accept the losses that it lists',
    flag: '--yes',
  },
  allowLoss: {
    type: 'texts',
    help: 'accept a loss that the plan lists; may be repeated',
    choices: LOSSES,
    flag: '--allow-loss <name>',
    config: true,
  },
  completeTarget: {
    type: 'yes or no',
    help: 'give a target that is there what the source has and it lacks: indexes, quantization and the like',
    flag: '--complete-target',
    config: true,
  },
  mode: {
    type: 'text',
    help: 'write only what the target lacks or has otherwise',
    choices: ['copy', 'sync'],
    flag: '--sync',
    config: true,
  },
  deleteExtra: {
    type: 'yes or no',
    help: 'with --sync: delete from the target what the source does not have',
    flag: '--delete-extra',
    config: true,
  },

  earlierRun: {
    type: 'text',
    help: 'begin anew in place of a run to the same target that is not finished, which is taken up otherwise',
    choices: ['resume', 'restart'],
    flag: '--restart',
    config: true,
  },

  validate: { type: 'yes or no', help: 'verify after copying', config: true },
  verify: {
    type: 'text',
    help: `how deep to verify: none, ${levels}`,
    default: 'values',
    choices: ['none', ...LEVELS],
    flag: '--verify <level>',
    config: true,
  },
  level: {
    type: 'text',
    help: `${levels}; each includes the ones before`,
    default: 'values',
    choices: LEVELS,
    flag: '--level <level>',
  },
  limit: {
    type: 'whole number',
    help: 'differences that are listed; all are counted',
    default: 100,
    flag: '--limit <n>',
  },
  out: { type: 'text', help: 'the file to write it to', flag: '--out <file>' },
  verifySample: {
    type: 'whole number',
    help: 'compare the values of about this many records',
    flag: '--verify-sample <n>',
    config: true,
  },
  witness: {
    type: 'whole number or all',
    help: 'of a larger collection, read about this many records by every road that its store has, or all',
    default: 'up to 2000 all of them, else some of every 16th page',
    flag: '--witness <n|all>',
    config: true,
  },
  sourceRead: {
    type: 'text',
    help: 'read the source twice, to copy it and to verify the copy, or once, and hold the target against what the copy read',
    default: 'twice',
    choices: SOURCE_READS,
    flag: '--source-read <times>',
    config: true,
  },

  batchSize: { type: 'whole number', help: 'records a page', default: 1000, flag: '--batch-size <n>', config: true },
  concurrency: {
    type: 'whole number',
    help: 'parts that are read and written at once',
    default: 4,
    flag: '--concurrency <n>',
    config: true,
  },
  maxBytesInFlight: {
    type: 'whole number',
    help: 'records in memory at once, in bytes, over all parts together',
    default: 67_108_864,
    flag: '--max-bytes-in-flight <n>',
    config: true,
  },
  maxRecordsPerSecond: {
    type: 'number',
    help: 'write no faster than this',
    flag: '--max-records-per-second <n>',
    config: true,
  },
  maxBytesPerSecond: { type: 'number', help: 'write no more bytes a second than this', config: true },
  maxRetries: {
    type: 'whole number',
    help: 'repeat calls that fail for a passing reason',
    flag: '--max-retries <n>',
    config: true,
  },
  retryDelaySeconds: {
    type: 'number',
    help: 'upper bound of the first pause before a retry',
    default: 1,
    config: true,
  },
  retryBackoff: { type: 'number', help: 'factor by which that bound grows', default: 2, config: true },

  report: { type: 'text', help: 'write a report as one HTML page that loads nothing', flag: '--report <file>' },
  ui: { type: 'yes or no', help: 'serve a page on this machine with progress, pause and stop', flag: '--ui' },
  otel: {
    type: 'yes or no',
    help: 'send spans and metrics to where the OTEL_ variables say (docs/opentelemetry.md)',
    flag: '--otel',
  },
  runDir: {
    type: 'text',
    help: 'where runs are remembered: a folder, or a ledger at postgresql://…, redis://… or sqlite:FILE',
    default: 'VSM_RUN_DIR, else .vsm',
    flag: '--run-dir <dir>',
  },
  queue: {
    type: 'text',
    help: 'share the run with vsm worker on other machines, by this queue: redis://… or postgresql://… (docs/distributed.md)',
    default: 'VSM_QUEUE, else none',
    flag: '--queue <url>',
  },
  processes: {
    type: 'text',
    help: 'share the run among so many processes of this machine, or auto: as many as it has cores, where the stores take it',
    default: 1,
    flag: '--processes <n>',
  },
  parts: {
    type: 'whole number',
    help: 'with --queue or --processes: items that the copy is split into, at the most',
    default: '256, or 16 a process',
    flag: '--parts <n>',
  },
  detach: { type: 'yes or no', help: 'with --queue: leave the work to the workers', flag: '--detach' },
  slots: { type: 'whole number', help: 'items that are worked on at once', default: 4, flag: '--slots <n>' },
  untilIdle: {
    type: 'yes or no',
    help: 'end when there is nothing to take: with 0 where nothing is left, with 4 where others have the rest',
    flag: '--until-idle',
  },
  watch: { type: 'yes or no', help: 'show it again and again until the run is over', flag: '--watch' },
  journal: {
    type: 'text',
    help: 'where the marks of a live move are kept: postgresql://…, redis://… or sqlite:FILE',
    default: 'VSM_LIVE_JOURNAL',
    flag: '--journal <url>',
  },
  percent: { type: 'whole number', help: 'reads that a canary takes, of a hundred', default: 5, flag: '--percent <n>' },
  oneWay: {
    type: 'yes or no',
    help: 'switch although what is written from then on cannot be brought back',
    flag: '--one-way',
  },
  ungated: {
    type: 'yes or no',
    help: 'begin a canary without a thousand reads that both stores have answered',
    flag: '--ungated',
  },
  replaceTarget: {
    type: 'yes or no',
    help: 'take a target that holds records, and delete there what the source does not have',
    flag: '--replace-target',
  },
  accept: {
    type: 'texts',
    help: 'leave the record of this id behind, which the target does not take; may be repeated',
    flag: '--accept <id>',
  },
  takeOver: {
    type: 'yes or no',
    help: 'take the run, and a file or table that is written to, at once from the process that has it, for whoever knows that it is gone',
    flag: '--take-over',
  },
  json: {
    type: 'yes or no',
    help: 'print one JSON document on stdout, and nothing else; --json=stream prints events as they come',
    flag: '--json',
  },
  quiet: { type: 'yes or no', help: 'print nothing but errors', flag: '--quiet' },
  configFile: {
    type: 'text',
    help: 'read this config file',
    default: 'vsm.config.ts, .js, .mjs, .json or .yaml here',
    flag: '--config <file>',
  },
};

/** Those of a migration in a config file. */
export const CONFIG_SETTINGS: readonly (readonly [name: string, setting: Setting])[] = Object.entries(SETTINGS).filter(
  ([, { config }]) => config === true,
);

/** What may follow an option on the command line, where only some words may. */
export function choicesOf(option: string): readonly string[] | undefined {
  return Object.values(SETTINGS).find(({ flag }) => flag?.startsWith(`${option} `))?.choices;
}
