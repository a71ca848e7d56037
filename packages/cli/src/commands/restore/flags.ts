import type { MigrateFlags } from '../migrate/flags.ts';

export interface RestoreFlags extends MigrateFlags {
  readonly collection?: string;
  readonly skipLost?: boolean;
}
