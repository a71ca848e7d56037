import type { EmbedFlags } from '../../embeds.ts';
import type { PageFlags } from '../../pages/page-flags.ts';
import type { ReduceFlags } from '../../selection.ts';
import type { OutputOptions } from '../../run.ts';

export interface JudgeFlags
  extends
    OutputOptions,
    Pick<PageFlags, 'report'>,
    Pick<ReduceFlags, 'dimensions' | 'datatype'>,
    Pick<EmbedFlags, 'embed' | 'embedUrl' | 'embedDimensions' | 'embedPrices' | 'maxCost'> {
  readonly queries?: string;
  readonly sample?: number;
  readonly topK?: number;
  readonly slice?: string;
  readonly vector?: string;
  readonly targetVector?: string;
  readonly embedSource?: string;
  /** The same as `--report`. */
  readonly html?: string;
  readonly minOverlap?: number;
  readonly minRecall?: number;
  readonly all?: boolean;
}
