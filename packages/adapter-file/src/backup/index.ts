export { backup, type BackupOptions, type BackupResult } from './backup.ts';
export { checkBackup, type CheckedSnapshot, type CheckOptions, type CheckReport, type LostRecords } from './check.ts';
export { listSnapshots, type DamagedSnapshot, type ListedSnapshot } from './list.ts';
export { pruneBackup, type KeepRules, type PruneOptions, type PruneReport } from './prune.ts';
export { snapshotLocation, type SnapshotChoice } from './choose.ts';
export { createBackup, type BackupStoreOptions } from './store.ts';
