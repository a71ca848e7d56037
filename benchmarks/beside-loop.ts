// What the benchmarks of one store share: an adapter beside a plain loop of the store's own client.
import { VectorStoreMigrator, type VectorStoreV1 } from '@vsm/core';

/** How many times as long as the loop the adapter may take. */
const MOST_RATIO = 2;

export async function seconds(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

export function rate(records: number, time: number): string {
  return `${Math.round(records / time).toLocaleString('en')}/s`;
}

/** Reads a collection page by page, as a migration does. @throws Error where it has not so many records */
export async function readWhole(store: VectorStoreV1, name: string, records: number): Promise<void> {
  const collection = await store.openCollection(name);
  let cursor: string | null | undefined;
  let count = 0;
  while (cursor !== null) {
    const page = await collection.scan({ cursor, limit: 1000, include: ['vectors', 'metadata'] });
    count += page.records.length;
    ({ cursor } = page);
  }
  if (count !== records) throw new Error(`read ${count} of ${records}`);
}

/** Says what both took; the process ends with 1 where the adapter took too long. */
export function compare(what: string, records: number, loop: number, ours: number): void {
  const ratio = ours / loop;
  console.log(
    `${what}: loop ${rate(records, loop)}, adapter ${rate(records, ours)}, ${ratio.toFixed(2)} of the loop's time`,
  );
  if (ratio > MOST_RATIO) process.exitCode = 1;
}

/** The better time of each kind of work, over all rounds. */
export function bestTimes(): {
  readonly best: Readonly<Record<Work, number>>;
  readonly take: (kind: Work, work: () => Promise<void>) => Promise<void>;
} {
  const best = { loopWrite: Infinity, write: Infinity, loopRead: Infinity, read: Infinity, move: Infinity };
  return {
    best,
    async take(kind, work) {
      best[kind] = Math.min(best[kind], await seconds(work));
    },
  };
}

type Work = 'loopWrite' | 'write' | 'loopRead' | 'read' | 'move';

/** Moves a collection, of which no more than the count is verified. */
export async function moveWhole(
  sides: { readonly source: VectorStoreV1; readonly target: VectorStoreV1 },
  sourceCollection: string,
  targetCollection: string,
): Promise<void> {
  const migrator = new VectorStoreMigrator({ ...sides, checkpoints: false });
  const { success } = await migrator.migrate({ sourceCollection, targetCollection, verify: 'count' });
  if (!success) throw new Error('the migration failed');
}
