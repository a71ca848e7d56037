// What the benchmarks of one store share: an adapter beside a plain loop of the store's own client.
import type { VectorStoreV1 } from '@vsm/core';

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
