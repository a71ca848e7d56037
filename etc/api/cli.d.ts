// config.d.ts
import type { Embedding, FieldMapping, MigrateOptions, Transform, VectorStoreMigratorOptions, VerifyLevel } from '@vsm/core';
import type { AiSdkModel, TooLong } from '@vsm/embed';
export interface StoreConfig {
    readonly location: string;
    readonly apiKey?: string | undefined;
}
type Settings = Pick<VectorStoreMigratorOptions, 'validate' | 'maxRetries' | 'retryDelaySeconds' | 'retryBackoff'>;
type Options = Omit<MigrateOptions, 'sourceCollection' | 'targetCollection' | 'plan' | 'layout' | 'dryRun' | 'signal' | 'annotations' | 'metadata' | 'control' | 'verify' | 'embed' | 'checkpoints' | 'observer' | 'onProgress'>;
export interface MigrationConfig extends Settings, Options {
    readonly source: string;
    readonly target: string;
    readonly verify?: VerifyLevel | 'none' | undefined;
    readonly layoutFrom?: string | undefined;
    readonly layoutTo?: string | undefined;
    readonly fields?: FieldMapping | undefined;
    readonly transform?: Transform | undefined;
    readonly embed?: Embedding | EmbedConfig | undefined;
    readonly gate?: GateConfig | undefined;
}
export interface EmbedConfig {
    readonly model: string | AiSdkModel;
    readonly url?: string | undefined;
    readonly text?: string | undefined;
    readonly tooLong?: TooLong | undefined;
    readonly maxTokens?: number | undefined;
    readonly dimensions?: number | undefined;
    readonly as?: string | undefined;
    readonly prices?: string | undefined;
    readonly maxCost?: number | undefined;
}
export interface GateConfig {
    readonly minOverlap?: number | undefined;
    readonly minRecall?: number | undefined;
    readonly queries?: string | undefined;
    readonly sample?: number | undefined;
    readonly topK?: number | undefined;
    readonly slice?: string | undefined;
    readonly sourceModel?: string | undefined;
}
export interface VsmConfig {
    readonly stores?: Readonly<Record<string, string | StoreConfig>> | undefined;
    readonly migrations?: Readonly<Record<string, MigrationConfig>> | undefined;
    readonly runDir?: string | undefined;
}
export declare function defineConfig(config: VsmConfig): VsmConfig;
export declare function env(name: string): string;
export {};

// index.d.ts
export { defineConfig, env, type MigrationConfig, type StoreConfig, type VsmConfig } from './config.ts';
