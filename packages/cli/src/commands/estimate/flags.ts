import type { Flags, Selection } from '../../selection.ts';

export interface EstimateFlags extends Selection, Flags<'batchSize'> {
  readonly probe: boolean;
}
