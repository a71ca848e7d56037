import type { OutputOptions } from '../../run.ts';

/** Of every command about a shared run. */
export interface FleetRunFlags extends OutputOptions {
  readonly queue?: string;
  readonly watch?: boolean;
}
