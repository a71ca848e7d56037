import type { EmbedFlags } from '../../embeds.ts';
import type { Flags, Selection } from '../../selection.ts';

export interface EstimateFlags extends Selection, Flags<'batchSize'>, Pick<EmbedFlags, 'embedPrices'> {
  readonly probe: boolean;
}
