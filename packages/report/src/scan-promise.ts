import type { MigrationPlan } from '@vsm/core';

const PROMISES: Readonly<Record<NonNullable<MigrationPlan['sourceScan']>, string>> = {
  snapshot: 'the source is read as it is when the scan begins',
  stable: 'every record that nobody writes to while the source is read is read',
  'best-effort': 'records may be missed where others are written to while the source is read',
};

/** What the scan of the source promises; `undefined` in plans of earlier releases. */
export function scanPromise({ sourceScan }: Pick<MigrationPlan, 'sourceScan'>): string | undefined {
  return sourceScan === undefined ? undefined : PROMISES[sourceScan];
}
