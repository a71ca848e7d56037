import type { OutputOptions } from '../../run.ts';

export interface DoctorFlags extends OutputOptions {
  readonly write?: boolean;
  readonly layout?: string;
}
