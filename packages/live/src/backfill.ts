import {
  migrate,
  plan as planOf,
  type CheckpointStore,
  type MigrationPlan,
  type RunObserver,
  ValidationError,
} from '@vsm/core';
import { checkedStore } from '@vsm/distributed';
import type { Journal } from './journal.ts';
import { LeaseLost, type HeldLease } from './lease.ts';
import type { MoveHeader } from './model.ts';
import type { RouteStores } from './route.ts';

export interface BackfillOptions {
  readonly journal: Journal;
  readonly header: MoveHeader;
  readonly stores: RouteStores;
  readonly lease: HeldLease;
  readonly checkpoints?: string | CheckpointStore | false | undefined;
  readonly maxRecordsPerSecond?: number | undefined;
  readonly maxRetries?: number | undefined;
  readonly observer?: RunObserver | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Copies the source by a run of core, whose every write is sent within the lease, and keeps when the last page was answered. @throws LeaseLost once another one has it */
export async function backfill(options: BackfillOptions): Promise<void> {
  const { journal, header, stores, lease, signal, checkpoints, maxRecordsPerSecond, maxRetries, observer } = options;
  const { row } = await journal.seen();
  const { claim } = lease;
  if (claim === undefined) throw new LeaseLost();
  const { source, transform } = stores;
  const collections = {
    source,
    target: checkedStore(stores.target, lease.begin()),
    sourceCollection: header.plan.source.collection,
    targetCollection: header.plan.target.collection,
    transform,
    signal,
    ...(maxRetries !== undefined && { maxRetries }),
  };
  checkMapping(header.plan, await planOf({ ...collections, estimate: false }));
  const { vectorsMigrated } = await migrate({
    ...collections,
    checkpoints,
    maxRecordsPerSecond,
    observer,
    // Which losses there are was decided when the move began.
    allowLoss: header.plan.losses.map(({ name }) => name),
    // The verification of a move goes on while records are written, and this one would not.
    validate: false,
  });
  // Another one that has had the lease may be copying, and pages of it on their way.
  if (!(await journal.copied(claim, { version: row.version, records: vectorsMigrated }))) throw new LeaseLost();
}

/** Copy, drain and verification have to make the same of a record. */
function checkMapping(decided: MigrationPlan, found: MigrationPlan): void {
  const of = ({ vectorNames, leftVectors, namespacePolicy, fieldMapping }: MigrationPlan): string =>
    JSON.stringify([
      Object.entries(vectorNames).toSorted(([left], [right]) => (left < right ? -1 : 1)),
      [...leftVectors].toSorted(),
      namespacePolicy,
      fieldMapping,
    ]);
  if (of(decided) === of(found)) return;
  throw new ValidationError(
    `"${decided.source.collection}" has changed since the move was planned: its records would be brought over in another form. ` +
      'Go back to off, and begin a new move.',
  );
}
