import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFile, createVdf } from '@vsm/adapter-file';
import { createMemory } from '@vsm/adapter-memory';
import { createQdrant } from '@vsm/adapter-qdrant';
import {
  Float,
  VectorStoreMigrator,
  type CollectionSchema,
  type DenseVector,
  type VectorRecord,
  type VectorStoreV1,
} from '@vsm/core';
import { startQdrantEmulator, type QdrantEmulator } from '@vsm/emulator-qdrant';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allRecords, filledMemory } from '../engine/stores.ts';

let emulator: QdrantEmulator;
let folder: string;
let qdrant: VectorStoreV1;
beforeAll(async () => {
  [emulator, folder] = await Promise.all([startQdrantEmulator(), mkdtemp(join(tmpdir(), 'vsm-backup-'))]);
  qdrant = createQdrant({ url: emulator.url });
  // Qdrant has no namespaces: these are kept in the records, as a migration keeps them.
  await move(await filledMemory(records, schema), 'original', qdrant, 'original');
});
afterAll(async () => {
  await qdrant.close();
  await Promise.all([emulator.close(), rm(folder, { recursive: true, force: true })]);
});

const schema: CollectionSchema = {
  name: 'original',
  namespaces: true,
  vectors: {
    image: { kind: 'dense', dimension: 4, metric: 'dot', datatype: 'float16' },
    title: { kind: 'dense', dimension: 3, metric: 'euclidean' },
    words: { kind: 'sparse', modifier: 'idf' },
    tokens: { kind: 'multi', dimension: 2, metric: 'dot' },
  },
  indexes: [
    { path: 'year', type: 'integer' },
    { path: 'label', type: 'keyword' },
    { path: 'nested.deep[].value', type: 'integer' },
    { path: 'seen', type: 'datetime' },
    { path: 'half', type: 'float' },
    { path: 'flag', type: 'boolean' },
    { path: 'words', type: 'text' },
  ],
  native: { qdrant: { hnsw_config: { m: 24, ef_construct: 120 } } },
};

const uuid = (number: number): string => `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;

const records: VectorRecord[] = Array.from({ length: 300 }, (_, at) => ({
  // Some ids are there in two namespaces.
  ...(at % 10 === 7 && { namespace: at % 20 === 7 ? 'eu' : 'us' }),
  id: at % 2 === 0 ? String(at + 1) : uuid(at % 20 === 17 ? at - 10 : at),
  vectors: {
    image: [at, 0.5, -0.25, -1],
    ...(at % 3 === 0 && { title: [at, 1, 0.5] }),
    ...(at % 4 === 0 && { words: { indices: [7, 4294967295, at + 10], values: [0.5, 1, 0.25] } }),
    ...(at % 5 === 0 && { tokens: { rows: Array.from({ length: 1 + (at % 3) }, (_row, row) => [at, row]) } }),
  },
  metadata: {
    year: 2000 + at,
    label: `label ${at % 7}`,
    whole: new Float(at),
    half: at + 0.5,
    big: 9007199254740993n + BigInt(at),
    huge: 123456789012345678901234567890n,
    tiny: 5e-324,
    minus: new Float(-0),
    third: 1 / 3,
    empty: '',
    text: 'U+0000 \0, an emoji 😀 and a line\nbreak',
    seen: '2026-11-24T12:00:00.123456Z',
    words: `word number ${at}`,
    'a key.with "signs"': { '': 1 },
    nothing: null,
    tags: ['a', `b${at}`],
    mixed: at % 2 === 0 ? 'text' : [1, 2.5, null],
    nested: { deep: [{ value: at }], empty: {}, list: [] },
    flag: at % 2 === 0,
  },
  document: `text of ${at}`,
}));

async function move(source: VectorStoreV1, from: string, target: VectorStoreV1, to: string): Promise<void> {
  const result = await new VectorStoreMigrator({ source, target }).migrate({
    sourceCollection: from,
    targetCollection: to,
  });
  expect(result.rejected).toEqual([]);
  expect(result.verification?.differences).toEqual([]);
  expect(result).toMatchObject({ success: true, vectorsMigrated: records.length, vectorsFailed: 0 });
}

function byId(given: readonly VectorRecord[]): Map<string, unknown> {
  const floats = (vector: DenseVector): number[] => Array.from(vector, Math.fround);
  return new Map(
    given.map(({ id, namespace, vectors, ...record }) => [
      JSON.stringify([namespace, id]),
      {
        ...record,
        vectors: Object.fromEntries(
          Object.entries(vectors).map(([name, vector]): [string, unknown] => {
            if ('rows' in vector) return [name, vector.rows.map(floats)];
            if ('length' in vector) return [name, floats(vector)];
            const weights = Array.from(vector.indices, (index, at): [number, number] => [
              index,
              Math.fround(vector.values[at] ?? 0),
            ]);
            return [name, weights.toSorted(([left], [right]) => left - right)];
          }),
        ),
      },
    ]),
  );
}

describe('a collection with everything Qdrant can hold, to a backup and back', () => {
  it.each([
    ['Parquet', 'backup', () => createFile({ path: join(folder, 'backup.parquet') })],
    ['JSON Lines with zstd', 'backup', () => createFile({ path: join(folder, 'lines'), format: 'jsonl.zst' as const })],
    ['VDF', 'backup', () => createVdf({ path: join(folder, 'vdf') })],
  ])('as %s: equal description, bit-equal records', async (format, name, open) => {
    const restored = `restored-${format.replaceAll(/\W/g, '')}`;
    const backup = open();
    await move(qdrant, 'original', backup, name);
    await backup.close();

    // As a restore on another day would: nothing but the files.
    const found = open();
    await move(found, name, qdrant, restored);
    await found.close();
    const describeOf = async (collection: string): Promise<unknown> => {
      const { name: _, notes: __, ...description } = await (await qdrant.openCollection(collection)).describe();
      return description;
    };
    expect(await describeOf(restored)).toEqual(await describeOf('original'));
    const { vectors, indexes = [], native } = await (await qdrant.openCollection(restored)).describe();
    expect({ vectors, native }).toMatchObject({ vectors: schema.vectors, native: schema.native });
    expect(new Map(indexes.map(({ path, type }) => [path, type]))).toEqual(
      new Map(schema.indexes?.map(({ path, type }) => [path, type])),
    );
    const original = byId(await allRecords(qdrant, 'original'));
    expect(original.size).toBe(300);
    expect(byId(await allRecords(qdrant, restored))).toEqual(original);
    const last = createMemory();
    await move(qdrant, restored, last, 'last');
    expect(byId(await allRecords(last, 'last'))).toEqual(byId(records));
    expect((await readdir(folder)).filter((entry) => entry.startsWith('.'))).toEqual([]);
  });
});
