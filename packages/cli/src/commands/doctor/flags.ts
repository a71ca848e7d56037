import type { OutputOptions } from '../../run.ts';

export interface DoctorFlags extends OutputOptions {
  readonly write?: boolean;
  readonly queue?: string;
  readonly layout?: string;
}
