import type { VerifyLevel } from '@vsm/core';
import type { PageFlags } from '../../pages/page-flags.ts';
import type { Flags, ReduceFlags, Selection } from '../../selection.ts';

export interface VerifyFlags
  extends Selection, ReduceFlags, PageFlags, Flags<'witness' | 'batchSize' | 'concurrency' | 'maxBytesInFlight'> {
  readonly level?: VerifyLevel;
}
