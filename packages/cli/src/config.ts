import type {
  Embedding,
  FieldMapping,
  MigrateOptions,
  Transform,
  VectorStoreMigratorOptions,
  VerifyLevel,
} from '@vsm/core';
import type { AiSdkModel, TooLong } from '@vsm/embed';

/** A store by name, so that `vsm inspect prod:docs` reaches it. */
export interface StoreConfig {
  /** Such as `chroma://host:8000`; `${NAME}` stands for an environment variable. */
  readonly location: string;
  /** A reference such as `${PROD_CHROMA_KEY}`, or `env('PROD_CHROMA_KEY')`. A key that is written out gets a warning. */
  readonly apiKey?: string | undefined;
}

type Settings = Pick<VectorStoreMigratorOptions, 'validate' | 'maxRetries' | 'retryDelaySeconds' | 'retryBackoff'>;
type Options = Omit<
  MigrateOptions,
  | 'sourceCollection'
  | 'targetCollection'
  | 'plan'
  | 'layout'
  | 'dryRun'
  | 'signal'
  | 'annotations'
  | 'metadata'
  | 'control'
  | 'verify'
  | 'embed'
  | 'checkpoints'
  | 'observer'
  | 'onProgress'
>;

/** Everything that `vsm migrate` takes as flags, and functions, which flags cannot be. */
export interface MigrationConfig extends Settings, Options {
  /** A location, or `name:collection` of a store above. `*` means all collections. */
  readonly source: string;
  readonly target: string;
  /** How deep to verify; `none` copies only. @default 'values' */
  readonly verify?: VerifyLevel | 'none' | undefined;
  /** The form that a framework gave the records, and the one that the target is to have; see docs/layouts.md. */
  readonly layoutFrom?: string | undefined;
  readonly layoutTo?: string | undefined;
  readonly fields?: FieldMapping | undefined;
  readonly transform?: Transform | undefined;
  readonly embed?: Embedding | EmbedConfig | undefined;
  readonly gate?: GateConfig | undefined;
}

/** New vectors by a model; see docs/re-embedding.md. Keys come from the environment. */
export interface EmbedConfig {
  /** `openai:MODEL`, `PACKAGE:MODEL` of a provider package of the AI SDK, or a model of the AI SDK itself. */
  readonly model: string | AiSdkModel;
  /** Of a server that speaks as OpenAI does. @default OpenAI's own */
  readonly url?: string | undefined;
  /** A field of the metadata, or a template such as `{{title}}\n{{document}}`. @default the document */
  readonly text?: string | undefined;
  /** @default 'refuse' */
  readonly tooLong?: TooLong | undefined;
  /** Of one text. @default that of the price list */
  readonly maxTokens?: number | undefined;
  /** Fewer than the model has. */
  readonly dimensions?: number | undefined;
  /** A second vector of this name, which leaves the old one as it is. */
  readonly as?: string | undefined;
  /** A file in place of the price list that comes with VSM. */
  readonly prices?: string | undefined;
  /** The run ends before it spends more, and can be resumed. */
  readonly maxCost?: number | undefined;
}

/** Search is judged after the copy; a gate that is not passed makes it end as differences do. */
export interface GateConfig {
  /** The least mean overlap of the answers that passes, 0 to 1. */
  readonly minOverlap?: number | undefined;
  /** The least mean recall of the target that passes, 0 to 1; for queries that say what is right. */
  readonly minRecall?: number | undefined;
  /** A file of JSON Lines. @default records of the source, as their own queries */
  readonly queries?: string | undefined;
  /** How many records are their own queries. @default 200 */
  readonly sample?: number | undefined;
  /** Answers to a query. @default 10 */
  readonly topK?: number | undefined;
  /** A field by whose values the figures are shown apart. */
  readonly slice?: string | undefined;
  /** For queries that are texts: the model of the source. @default that of the target where vectors stay what they are */
  readonly sourceModel?: string | undefined;
}

export interface VsmConfig {
  readonly stores?: Readonly<Record<string, string | StoreConfig>> | undefined;
  /** `vsm migrate NAME` runs one, `vsm migrate --all` every one. */
  readonly migrations?: Readonly<Record<string, MigrationConfig>> | undefined;
  /** Where runs are remembered, from the folder of the config file. */
  readonly runDir?: string | undefined;
}

/** Gives a config file its types. Returns what it is given. */
export function defineConfig(config: VsmConfig): VsmConfig {
  return config;
}

/** A reference to an environment variable, which is read when the store is opened. */
export function env(name: string): string {
  return `\${${name}}`;
}
