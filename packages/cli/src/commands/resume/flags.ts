import type { PageFlags } from '../../pages/page-flags.ts';
import type { OutputOptions } from '../../run.ts';
import type { Flags } from '../../selection.ts';

export interface ResumeFlags extends OutputOptions, PageFlags, Flags<'maxRetries' | 'maxBytesInFlight'> {
  readonly maxCost?: string;
  readonly takeOver?: boolean;
  readonly queue?: string;
  readonly processes?: string;
}
