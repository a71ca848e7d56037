import { VsmError } from '@vsm/core';
import type * as Backups from '@vsm/adapter-file/backup';
import { loadBeside } from './load-module.ts';

/** What makes and keeps backups, which lies beside the adapter for files. */
export async function loadBackups(): Promise<typeof Backups> {
  const backups = await loadBeside<typeof Backups>('@vsm/adapter-file/backup');
  if (backups !== undefined) return backups;
  throw new VsmError('INVALID_OPTIONS', 'Backups need a package that is not installed: npm install @vsm/adapter-file');
}

/** `folder@snapshot`, where the snapshot may be left out. */
export function snapshotWords(word: string): { readonly path: string; readonly snapshot?: string | undefined } {
  const [, path = word, snapshot] = /^(.+)@(latest|\d[\w-]*)$/s.exec(word) ?? [];
  return { path, snapshot };
}
