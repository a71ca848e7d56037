import type { VerifyLevel } from '@vsm/core';
import type { PageFlags } from '../../pages/page-flags.ts';
import type { Flags, Selection } from '../../selection.ts';

export interface VerifyFlags
  extends Selection, PageFlags, Flags<'witness' | 'batchSize' | 'concurrency' | 'maxBytesInFlight'> {
  readonly level?: VerifyLevel;
}
