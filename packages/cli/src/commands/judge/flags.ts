import type { EmbedFlags } from '../../embeds.ts';
import type { OutputOptions } from '../../run.ts';

export interface JudgeFlags
  extends OutputOptions, Pick<EmbedFlags, 'embed' | 'embedUrl' | 'embedDimensions' | 'embedPrices' | 'maxCost'> {
  readonly queries?: string;
  readonly sample?: number;
  readonly topK?: number;
  readonly slice?: string;
  readonly vector?: string;
  readonly targetVector?: string;
  readonly embedSource?: string;
  readonly minOverlap?: number;
  readonly minRecall?: number;
  readonly all?: boolean;
}
