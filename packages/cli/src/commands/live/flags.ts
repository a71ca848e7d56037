import type { OutputOptions } from '../../run.ts';
import type { Flags } from '../../selection.ts';

/** Of every command about a live move. */
export interface LiveFlags extends OutputOptions {
  readonly journal?: string;
}

export interface StartFlags extends LiveFlags, Flags<'allowLoss'> {
  readonly replaceTarget?: boolean;
}

export interface RunFlags extends LiveFlags, Flags<'maxRecordsPerSecond' | 'batchSize' | 'maxRetries'> {
  readonly source?: string;
  readonly target?: string;
}

export interface NextFlags extends LiveFlags {
  readonly percent?: number;
  readonly oneWay?: boolean;
  readonly ungated?: boolean;
  readonly accept?: string[];
}

export interface StatusFlags extends LiveFlags {
  readonly watch?: boolean;
  readonly ui?: boolean;
}

export interface TriggerFlags extends OutputOptions {
  readonly remove?: boolean;
}

export interface DoubtsFlags extends LiveFlags {
  readonly settle?: string[];
}
