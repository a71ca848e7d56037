import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import {
  Float,
  isDense,
  witnessDifferences,
  type CollectionV1,
  type RecordsWitness,
  type VectorRecord,
} from '@vsm/core/adapter';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFile, createVdf, type FileOptions } from '../src/index.ts';
import { readAll } from './reading.ts';

// What the second decoder says of records is what was read of them, and another value is told, whatever they are encoded in.

let folder: string;
let duckdb: DuckDBConnection;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-own-road-'));
  duckdb = await (await DuckDBInstance.create(':memory:')).connect();
});
afterEach(async () => {
  duckdb.closeSync();
  await rm(folder, { recursive: true });
});

interface Heard {
  readonly witness: RecordsWitness;
  /** How many records had each of their parts witnessed. */
  readonly parts: Readonly<Record<string, number>>;
}

/** Asks of all records, a hundred at a time, and expects no difference. */
async function hear(collection: CollectionV1): Promise<Heard> {
  const records = await readAll(collection);
  const parts: Record<string, number> = {};
  let heard: RecordsWitness | undefined;
  for (const [namespace, group] of Map.groupBy(records, (record) => record.namespace ?? '')) {
    for (let from = 0; from < group.length; from += 100) {
      const some = group.slice(from, from + 100);
      heard = await collection.witnessRecords?.({ ids: some.map(({ id }) => id), namespace, probes: {} });
      const found = new Map(heard?.records.map((record) => [record.id, record]));
      for (const record of some) {
        const said = found.get(record.id);
        if (said === undefined) throw new Error(`nothing is said of ${record.id}`);
        const { witnessed, differences } = witnessDifferences(record, said, {}, {});
        expect(differences).toEqual([]);
        for (const part of witnessed) parts[part] = (parts[part] ?? 0) + 1;
        for (const change of changesOf(record)) {
          expect(witnessDifferences(change, said, {}, {}).differences).not.toEqual([]);
        }
      }
    }
  }
  if (heard === undefined) throw new Error('the file has no road of its own');
  return { witness: heard, parts };
}

/** The record with one thing otherwise, each component of its vector among them. */
function changesOf(record: VectorRecord): VectorRecord[] {
  const { vectors, document, metadata } = record;
  const vector = vectors[''];
  const numbers = vector !== undefined && isDense(vector) ? Array.from(vector) : [];
  const others = numbers.map((_, at) => ({
    ...record,
    vectors: { ...vectors, '': numbers.with(at, (numbers[at] ?? 0) + 0.5) },
  }));
  return [
    ...others,
    ...(document === undefined
      ? []
      : [
          { ...record, document: `${document}.` },
          { ...record, document: undefined },
        ]),
    { ...record, metadata: { ...metadata, one_more: 1 } },
  ];
}

const store = (name: string, options: Partial<FileOptions> = {}): ReturnType<typeof createFile> =>
  createFile({ path: join(folder, name), ...options });

const MANY = 600;

function recordOf(at: number): VectorRecord {
  return {
    id: `record ${at}`,
    namespace: at % 5 === 0 ? 'eu' : undefined,
    vectors: at % 9 === 4 ? {} : { '': Float32Array.from([at / 7, -at, 1e-30, Math.sin(at)]), title: [at, 1] },
    metadata: {
      at,
      half: new Float(at / 2),
      even: at % 2 === 0,
      tags: at % 3 === 0 ? ['a', `ü ${at}`] : [],
      mixed: at % 2 === 0 ? at : `text ${at}`,
      ...(at % 4 === 1 && { only: { deep: [at, null, 'ü\u2028'] } }),
      __proto: 'x',
    },
    document: at % 6 === 0 ? undefined : `line\n${at}`,
    uri: at % 6 === 0 ? `https://example.com/${at}` : undefined,
  };
}

describe('a file that was written here', () => {
  it.each(['parquet', 'jsonl', 'jsonl.gz', 'jsonl.zst'] as const)(
    '%s: everything in it is witnessed',
    async (format) => {
      const written = store('docs', { format });
      const float = { kind: 'dense', metric: 'cosine' } as const;
      const vectors = { '': { ...float, dimension: 4 }, title: { ...float, dimension: 2 } };
      await written.createCollection({ name: 'docs', vectors, namespaces: true });
      const collection = await written.openCollection('docs');
      await collection.upsert(Array.from({ length: MANY }, (_, at) => recordOf(at)));
      await collection.flush?.();
      const { parts, witness } = await hear(await written.openCollection('docs'));
      await written.close();
      const withVector = Array.from({ length: MANY }, (_, at) => at).filter((at) => at % 9 !== 4).length;
      expect(parts).toEqual({
        document: MANY,
        uri: MANY,
        metadata: MANY,
        vector: withVector,
        'vector "title"': withVector,
      });
      expect(witness.unwitnessed).toEqual(['ids']);
    },
  );

  it('a VDF directory is witnessed part by part', async () => {
    const written = createVdf({ path: folder });
    const vectors = { '': { kind: 'dense', dimension: 4, metric: 'cosine' } } as const;
    await written.createCollection({ name: 'docs', vectors, namespaces: true });
    const collection = await written.openCollection('docs');
    const some = Array.from({ length: 200 }, (_, at): VectorRecord => {
      const made = recordOf(at);
      const { '': vector } = made.vectors;
      return { ...made, vectors: vector === undefined ? {} : { '': vector } };
    });
    await collection.upsert(some);
    await collection.flush?.();
    const { parts } = await hear(await written.openCollection('docs'));
    await written.close();
    expect(parts['metadata']).toBe(200);
  });
});

const ROWS = `select 'id-' || i as id,
  case when i % 11 = 3 then null else list_transform(range(8), x -> (i * 7 + x) / 3::float)::float[] end as embedding,
  'text ' || i || ' ü' as document, i % 7 as few, i::int as small, i * 1e9::bigint as large, i / 7::double as ratio,
  i % 2 = 0 as even, case when i % 3 = 0 then null else 'label ' || (i % 5) end as label,
  case when i % 4 = 0 then [] when i % 4 = 1 then null else ['a', null, 'b' || i] end as tags,
  date '2024-01-01' + i::int as day, {'a': i} as nested, i::decimal(9, 2) as price
  from range(${MANY}) t(i)`;

describe('a Parquet file of DuckDB', () => {
  it.each(
    (['snappy', 'zstd', 'gzip', 'brotli', 'uncompressed'] as const).flatMap((codec) =>
      (['v1', 'v2'] as const).map((version) => ({ codec, version })),
    ),
  )('$codec, $version: what the decoder knows is witnessed, and the rest is named', async ({ codec, version }) => {
    await duckdb.run(
      `copy (${ROWS}) to '${join(folder, 'docs.parquet')}' (format parquet, codec ${codec}, parquet_version ${version}, row_group_size 250)`,
    );
    const read = store('docs.parquet');
    const { parts, witness } = await hear(await read.openCollection('docs'));
    await read.close();
    expect(parts).toMatchObject({ document: MANY, metadata: MANY, vector: MANY - Math.floor((MANY + 7) / 11) });
    expect(witness.unwitnessed).toEqual(['ids', 'metadata "day"', 'metadata "nested"', 'metadata "price"']);
  });

  it('of a codec that both decoders would share, nothing is claimed', async () => {
    await duckdb.run(`copy (${ROWS}) to '${join(folder, 'docs.parquet')}' (format parquet, codec lz4_raw)`);
    const read = store('docs.parquet');
    const collection = await read.openCollection('docs');
    const witness = await collection.witnessRecords?.({ ids: ['id-1', 'id-2'], probes: {} });
    await read.close();
    expect(witness?.records.map(({ id, vectors, document }) => ({ id, vectors, document }))).toEqual([
      { id: 'id-1', vectors: {}, document: undefined },
      { id: 'id-2', vectors: {}, document: undefined },
    ]);
    expect(witness?.unwitnessed).toContain('column "embedding", whose pages are encoded in another way');
  });
});

describe('lines of others', () => {
  const lines = Array.from({ length: 300 }, (_, at) =>
    JSON.stringify({
      id: at,
      embedding: { values: [at / 3, 0.5, -at, 2 ** -20, 1, 2, 3, 4], model: 'm' },
      content: `text ${at} ü`,
      metadata: at === 7 ? null : { source: 'a', page: at, nested: { list: [1.5, null, 'x'] } },
      source: `b ${at}`,
      nothing: null,
    }),
  ).join('\r\n\n');

  it.each([
    ['jsonl', (text: string) => Buffer.from(`\uFEFF${text}`)],
    ['jsonl.gz', gzipSync],
    ['jsonl.zst', zstdCompressSync],
  ] as const)('%s: members, clashing names and blank lines are as they are read', async (ending, pack) => {
    await writeFile(join(folder, `docs.${ending}`), pack(lines));
    const read = store(`docs.${ending}`);
    const { parts } = await hear(await read.openCollection('docs'));
    await read.close();
    expect(parts).toEqual({ document: 300, metadata: 300, vector: 300 });
  });
});

it('questions of one row group that are asked at once are answered as they are alone', async () => {
  const rows = `select 'id-' || i as id, list_transform(range(64), x -> i + x)::float[] as embedding from range(20000) t(i)`;
  await duckdb.run(`copy (${rows}) to '${join(folder, 'docs.parquet')}' (format parquet, row_group_size 20000)`);
  const read = store('docs.parquet');
  const collection = await read.openCollection('docs');
  const answers = await Promise.all(
    Array.from({ length: 20 }, async (_, at) => {
      const ids = Array.from({ length: 3 }, (_id, step) => `id-${at * 1000 + step * 300}`);
      return (await collection.witnessRecords?.({ ids, probes: {} }))?.records ?? [];
    }),
  );
  await read.close();
  const firsts = answers.flat().map(({ id, vectors }) => [id, vectors?.['']?.[0]]);
  expect(firsts).toHaveLength(60);
  expect(firsts).toEqual(firsts.map(([id]) => [id, Number(String(id).slice('id-'.length))]));
});

it('the second decoder of Parquet shares no code with the first', async () => {
  const plain = new URL('../src/parquet/plain/', import.meta.url);
  const sources = await Promise.all((await readdir(plain)).map((name) => readFile(new URL(name, plain), 'utf8')));
  const used = sources.flatMap((source) =>
    [...source.matchAll(/^import (?!type)[^;]*? from '([^']+)';$/gm)].map(([, from]) => from),
  );
  expect(new Set(used.filter((from) => from?.startsWith('./') === false))).toEqual(
    // The portable unpackers, where records are read with those of Node and one in WebAssembly.
    new Set(['hyparquet-compressors', 'hyparquet/src/snappy.js']),
  );
});
