import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Float, parseJson, type Metadata, type VectorRecord } from '@vsm/core/adapter';
import { describe, expect, it } from 'vitest';
import { createFolder } from '../src/index.ts';
import { readAll, vectorOf } from './read-all.ts';
import { FIXTURES, unpack } from './unpack.ts';

interface Expected {
  readonly id: string;
  readonly vector: readonly (number | Float)[] | null;
  readonly metadata: Metadata | null;
  readonly document: string | null;
  readonly uri: string | null;
}

const VERSIONS = ['0.4.24', '0.5.23', '0.6.3', '1.0.20', '1.5.9'];

function expectedOf(version: string): Readonly<Record<string, readonly Expected[]>> {
  const text = readFileSync(join(FIXTURES, 'chroma', `${version}.expected.json`), 'utf8');
  return (parseJson(text) as unknown as { collections: Record<string, readonly Expected[]> }).collections;
}

/** Differences of one step of float32 at most, as cosine makes them. */
function expectNear(found: readonly number[] | undefined, wanted: readonly (number | Float)[]): void {
  expect(found).toHaveLength(wanted.length);
  for (const [at, component] of wanted.map(Number).entries()) {
    expect(Math.abs((found?.[at] ?? Number.NaN) - component)).toBeLessThanOrEqual(Math.abs(component) * 2 ** -23);
  }
}

function byId(records: readonly VectorRecord[]): VectorRecord[] {
  return records.toSorted((left, right) => (left.id < right.id ? -1 : 1));
}

describe.each(VERSIONS)('a folder of Chroma %s', (version) => {
  it('has the collections that Chroma lists, with its metrics', async () => {
    await using store = createFolder({ path: unpack(`chroma/${version}`) });
    expect(await store.listCollections()).toEqual(['angles', 'archive/docs', 'docs', 'empty', 'queued']);
    const metrics = await Promise.all(
      ['angles', 'docs', 'queued'].map(async (name) => (await (await store.openCollection(name)).describe()).vectors['']),
    );
    expect(metrics).toMatchObject([
      { metric: 'cosine', dimension: 4 },
      { metric: 'euclidean', dimension: 4 },
      { metric: 'dot', dimension: 4 },
    ]);
  });

  it('gives what Chroma gives, whether it lies in the index or in the queue', async () => {
    await using store = createFolder({ path: unpack(`chroma/${version}`) });
    for (const [name, wanted] of Object.entries(expectedOf(version))) {
      const collection = await store.openCollection(name);
      const records = byId(await readAll(collection));
      expect(records.map(({ id }) => id)).toEqual(wanted.map(({ id }) => id).toSorted());
      expect((await collection.count()).value).toBe(wanted.length);
      for (const { id, vector, metadata, document, uri } of wanted) {
        const record = records.find((one) => one.id === id);
        expect(record).toMatchObject({ id, metadata: metadata ?? {} });
        expect(record?.document).toBe(document ?? undefined);
        expect(record?.uri).toBe(uri ?? undefined);
        if (vector === null) continue;
        if (name === 'angles') expectNear(vectorOf(record), vector);
        else expect(vectorOf(record)).toEqual(vector.map((component) => Math.fround(Number(component))));
      }
      const ids = wanted.map(({ id }) => id);
      expect(byId(await collection.fetch([...ids, 'nowhere']))).toEqual(records);
    }
  });

  it('is read alike in parts', async () => {
    await using store = createFolder({ path: unpack(`chroma/${version}`) });
    const collection = await store.openCollection('docs');
    const parts = (await collection.partition?.(3)) ?? [];
    expect(parts).toHaveLength(3);
    const found: VectorRecord[] = [];
    for (const partition of parts) {
      const page = await collection.scan({ partition, limit: 100, include: ['vectors', 'metadata'] });
      found.push(...page.records);
    }
    expect(found).toEqual(await readAll(collection));
  });
});
