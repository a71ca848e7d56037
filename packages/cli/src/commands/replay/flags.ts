export type { OutputOptions as ReplayFlags } from '../../run.ts';
