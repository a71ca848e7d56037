import { createFile } from '@vsm/adapter-file';
import type { VectorRecord } from '@vsm/core';
import type { Source } from './crowd.ts';

export const textOf = (at: number): string => `number ${at} of a kind ${at % 13} and a colour ${at % 29}`;

export function textRecords(count: number, from = 0): VectorRecord[] {
  return Array.from({ length: count }, (_, index) => ({
    id: String(from + index),
    vectors: { '': Float32Array.of(1, from + index + 1) },
    metadata: { title: `title ${from + index}`, kind: (from + index) % 13 },
    document: textOf(from + index),
  }));
}

/** A file of records with texts. */
export async function writeTexts(path: string, count: number, records = textRecords(count)): Promise<Source> {
  const store = createFile({ path });
  const name = /([^/]+)\.\w+$/.exec(path)?.[1] ?? 'docs';
  await store.createCollection?.({ name, vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } } });
  const collection = await store.openCollection(name);
  await collection.upsert(records);
  await collection.flush?.();
  await store.close();
  return { location: `file:${path}`, count, textOf };
}
