import type { MigrationConfig } from '../config.ts';

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
export const namesOf = <Name extends string>(names: Readonly<Record<Name, true>>): readonly string[] =>
  Object.keys(names);

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
  | 'settle'
  | 'remove'
  | 'json'
  | 'quiet'
  | 'configFile';

export type SettingName = keyof MigrationConfig | FlagName;

/** Whatever a migration of a config file has is marked so, which the compiler sees to. */
export type Settings = Readonly<
  Record<keyof MigrationConfig, Setting & { readonly config: true }> & Record<FlagName, Setting>
>;
