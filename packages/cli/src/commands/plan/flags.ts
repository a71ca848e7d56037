import type { EmbedFlags } from '../../embeds.ts';
import type { ReduceFlags, Selection } from '../../selection.ts';

export interface PlanFlags extends Selection, EmbedFlags, ReduceFlags {}
