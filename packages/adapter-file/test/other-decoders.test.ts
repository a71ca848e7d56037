import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import type { VectorRecord } from '@vsm/core/adapter';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFile, createVdf, type Format } from '../src/index.ts';

// A backup is only one if others can read it: every record, by a decoder that shares no line with the writer.

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-decoders-'));
});
afterEach(() => rm(folder, { recursive: true }));

const COUNT = 2000;

function record(at: number): VectorRecord {
  return {
    id: `record ${at} "é"`,
    namespace: at % 4 === 0 ? 'eu' : undefined,
    vectors: at % 7 === 3 ? {} : { '': Float32Array.from([at / 7, -at, 1e-30, 0.1 * at]) },
    metadata: { at, half: at + 0.5, even: at % 2 === 0, ...(at % 3 === 0 && { only: { deep: [at, 'ü\u2028'] } }) },
    document: at % 5 === 0 ? undefined : `text\n${at}`,
  };
}

/** What any decoder can say of a record. */
interface Seen {
  readonly id: string;
  readonly namespace: string;
  readonly vector: readonly number[];
  readonly at: number;
  readonly half: number;
  readonly even: boolean;
  readonly only: unknown;
  readonly document: string;
}

function expected({ id, namespace = '', vectors, metadata, document = '' }: VectorRecord): Seen {
  const vector = Array.from((vectors[''] ?? []) as Float32Array);
  const { at, half, even, only = null } = metadata;
  return { id, namespace, vector, at: at as number, half: half as number, even: even as boolean, only, document };
}

async function fromLines(format: Exclude<Format, 'parquet'>): Promise<Seen[]> {
  const bytes = await readFile(join(folder, `docs.${format}`));
  const decode = { jsonl: (raw: Buffer) => raw, 'jsonl.gz': gunzipSync, 'jsonl.zst': zstdDecompressSync }[format];
  const lines = decode(bytes).toString().split('\n').slice(0, -1);
  return lines.map((line) => {
    const { vector = [], namespace = '', document = '', metadata, ...rest } = JSON.parse(line) as Record<string, never>;
    const fields = metadata as unknown as Pick<Seen, 'at' | 'half' | 'even' | 'only'>;
    const { at, half, even, only = null } = fields;
    const singles = (vector as readonly number[]).map(Math.fround);
    return { ...(rest as unknown as { id: string }), namespace, vector: singles, at, half, even, only, document };
  });
}

async function fromParquet(files: string): Promise<Seen[]> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  try {
    const read = await connection.runAndReadAll(`select * from read_parquet('${files}', union_by_name = true)`);
    return read.getRowObjectsJS().map((row) => ({
      id: row['id'] as string,
      namespace: (row['namespace'] as string | null) ?? '',
      vector: (row['vector'] as number[] | null) ?? [],
      at: Number(row['at']),
      half: row['half'] as number,
      even: row['even'] as boolean,
      only:
        row['metadata'] === null ? null : (JSON.parse(row['metadata'] as string) as Record<string, unknown>)['only'],
      document: (row['document'] as string | null) ?? '',
    }));
  } finally {
    connection.closeSync();
  }
}

const byNumber = (seen: readonly Seen[]): Seen[] => seen.toSorted((left, right) => left.at - right.at);

it.each<Format | 'vdf'>(['parquet', 'jsonl', 'jsonl.gz', 'jsonl.zst', 'vdf'])('%s', async (format) => {
  const records = Array.from({ length: COUNT }, (_, at) => record(at));
  await using store = format === 'vdf' ? createVdf({ path: folder }) : createFile({ path: folder, format });
  const vectors = { '': { kind: 'dense', dimension: 4, metric: 'cosine' } } as const;
  await store.createCollection({ name: 'docs', vectors, namespaces: true });
  const collection = await store.openCollection('docs');
  expect(await collection.upsert(records)).toEqual({ accepted: COUNT, rejected: [] });
  await collection.flush?.();
  const files = format === 'vdf' ? join(folder, 'docs', '*', '*.parquet') : join(folder, 'docs.parquet');
  const seen = await (format === 'vdf' || format === 'parquet' ? fromParquet(files) : fromLines(format));
  // In VDF the namespace is that of the folder.
  const wanted = records.map(expected).map((one) => (format === 'vdf' ? { ...one, namespace: '' } : one));
  expect(byNumber(seen).map((one) => (format === 'vdf' ? { ...one, namespace: '' } : one))).toEqual(wanted);
});
