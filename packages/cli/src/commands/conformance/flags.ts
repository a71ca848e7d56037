import type { OutputOptions } from '../../run.ts';

export interface ConformanceFlags extends OutputOptions {
  readonly location?: string;
}
