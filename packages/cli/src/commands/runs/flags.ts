export type { OutputOptions as RunsFlags } from '../../run.ts';
