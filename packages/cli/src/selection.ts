import { VsmError, type FilterShorthand, type Reduction } from '@vsm/core';
import { parseJson } from '@vsm/core/adapter';
import type { MigrationConfig } from './config.ts';
import type { OutputOptions } from './run.ts';

/** Flags that say the same as settings of a config file, by the same names. */
export type Flags<Name extends keyof MigrationConfig> = Partial<Pick<MigrationConfig, Name>>;

/** The flags of every command about a source and a target. */
export interface Selection extends OutputOptions, Flags<'metric' | 'layoutFrom' | 'layoutTo' | 'completeTarget'> {
  readonly filter?: string;
  readonly namespace?: string[];
  /** Every migration of the config file. */
  readonly all?: boolean;
}

/** The flags that make vectors smaller. */
export type ReduceFlags = Pick<Reduction, 'dimensions' | 'datatype' | 'vector'>;

/** Where runs are remembered: the flag, the environment, the config file, as the library decides it otherwise. */
export function runDirectory(flag: string | undefined, configured?: string): string {
  return flag ?? process.env['VSM_RUN_DIR'] ?? configured ?? '.vsm';
}

/** As `@vsm/distributed` tells them, which is loaded only where there is one. */
const LEDGER = /^(?:(?:postgres(?:ql)?|rediss?):\/\/|sqlite:)/;

/** Whether runs are remembered in a ledger, which several machines share, rather than in a folder. */
export function isLedger(place: string): boolean {
  return LEDGER.test(place);
}

/** Where this machine keeps what no other one needs: beside its runs, unless those are in a ledger. */
export function ownFolder(place: string): string {
  return isLedger(place) ? '.vsm' : place;
}

/** What the flags select. A flag that is absent leaves alone what the location or the config file says. */
export function selectionOf(flags: Selection & ReduceFlags, configured: Pick<MigrationConfig, 'reduce'> = {}): object {
  return given({
    filter: flags.filter === undefined ? undefined : jsonObject('--filter', flags.filter),
    namespaces: flags.namespace,
    metric: flags.metric,
    completeTarget: flags.completeTarget,
    reduce: reductionOf(flags, configured.reduce),
  });
}

function reductionOf(
  { dimensions, datatype, vector }: ReduceFlags,
  configured: Reduction | undefined,
): Reduction | undefined {
  const made = given({ dimensions, datatype, vector });
  if (Object.keys(made).length === 0) return undefined;
  const all = { ...configured, ...made };
  if (all.dimensions !== undefined || all.datatype !== undefined) return all;
  throw new VsmError('INVALID_OPTIONS', '--vector needs --dimensions or --datatype, which say what becomes of it.');
}

/** A flag as it is spelled on the command line, such as `--layout-from` of `layoutFrom`. */
export function spelledFlag(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Without the entries that are `undefined`. */
export function given<Value extends object>(value: Value): Partial<Value> {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as Partial<Value>;
}

function jsonObject(flag: string, text: string): FilterShorthand {
  try {
    // Exactly: a bound beyond 2^53 must not be rounded.
    return parseJson(text) as FilterShorthand;
  } catch (cause) {
    throw new VsmError('INVALID_OPTIONS', `${flag} is not JSON: ${text}`, { cause });
  }
}
