import type { EmbedFlags } from '../../embeds.ts';
import type { Selection } from '../../selection.ts';

export interface PlanFlags extends Selection, EmbedFlags {}
