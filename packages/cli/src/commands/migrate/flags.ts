import type { EmbedFlags } from '../../embeds.ts';
import type { GateFlags } from '../../gated.ts';
import type { PageFlags } from '../../pages/page-flags.ts';
import type { Flags, ReduceFlags, Selection } from '../../selection.ts';

type Same =
  | 'allowLoss'
  | 'verify'
  | 'verifySample'
  | 'witness'
  | 'sourceRead'
  | 'deleteExtra'
  | 'batchSize'
  | 'concurrency'
  | 'maxBytesInFlight'
  | 'maxRecordsPerSecond'
  | 'maxRetries';

export interface MigrateFlags extends Selection, EmbedFlags, ReduceFlags, GateFlags, PageFlags, Flags<Same> {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  /** A file with a plan. */
  readonly plan?: string;
  readonly sync?: boolean;
  readonly restart?: boolean;
  readonly takeOver?: boolean;
  readonly queue?: string;
  readonly processes?: string;
  readonly parts?: number;
  readonly detach?: boolean;
}
