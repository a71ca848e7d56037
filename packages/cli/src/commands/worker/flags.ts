import type { OutputOptions } from '../../run.ts';

export interface WorkerFlags extends OutputOptions {
  readonly queue?: string;
  readonly slots?: number;
  readonly untilIdle?: boolean;
}
