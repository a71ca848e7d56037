import type { KeepRules } from '@vsm/adapter-file/backup';
import type { OutputOptions } from '../../run.ts';

export const BACKUPS_ACTIONS = ['list', 'verify', 'prune'] as const;

export type BackupsAction = (typeof BACKUPS_ACTIONS)[number];

export interface BackupsFlags extends OutputOptions, KeepRules {
  readonly dryRun?: boolean;
  readonly takeOver?: boolean;
}
