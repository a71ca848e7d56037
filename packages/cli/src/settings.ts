import { PACE } from './settings/pace.ts';
import { RECORDS } from './settings/records.ts';
import { RUNNING } from './settings/running.ts';
import type { Setting, Settings } from './settings/setting.ts';
import { VECTORS } from './settings/vectors.ts';
import { VERIFYING } from './settings/verifying.ts';
import { WRITING } from './settings/writing.ts';

export type { Setting, SettingName } from './settings/setting.ts';

export const SETTINGS: Settings = { ...RECORDS, ...VECTORS, ...WRITING, ...VERIFYING, ...PACE, ...RUNNING };

/** Those of a migration in a config file. */
export const CONFIG_SETTINGS: readonly (readonly [name: string, setting: Setting])[] = Object.entries(SETTINGS).filter(
  ([, { config }]) => config === true,
);

/** What may follow an option on the command line, where only some words may. */
export function choicesOf(option: string): readonly string[] | undefined {
  return Object.values(SETTINGS).find(({ flag }) => flag?.startsWith(`${option} `))?.choices;
}
