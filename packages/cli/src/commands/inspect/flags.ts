export type { OutputOptions as InspectFlags } from '../../run.ts';
