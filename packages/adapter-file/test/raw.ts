import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { float, type Metadata, type VectorRecord } from '@vsm/core/adapter';
import type { Format } from '../src/index.ts';

/** A record read past the adapter: with `JSON.parse` from lines, with DuckDB from Parquet. */
export async function readRaw(
  folder: string,
  format: Format | 'vdf',
  collection: string,
  id: string,
): Promise<VectorRecord | undefined> {
  if (format === 'parquet') return fromParquet(join(folder, `${collection}.parquet`), id);
  if (format === 'vdf') return fromParquet(join(folder, collection, '*', '*.parquet'), id);
  const bytes = await readFile(join(folder, `${collection}.${format}`));
  const text = (
    format === 'jsonl' ? bytes : format === 'jsonl.gz' ? gunzipSync(bytes) : zstdDecompressSync(bytes)
  ).toString();
  for (const line of text.split('\n').filter((candidate) => candidate !== '')) {
    const { vector, ...record } = JSON.parse(line) as Omit<VectorRecord, 'metadata'> & {
      vector: number[];
      metadata?: Metadata;
    };
    if (record.id === id) return { ...record, vectors: { '': vector }, metadata: record.metadata ?? {} };
  }
  return undefined;
}

async function fromParquet(path: string, id: string): Promise<VectorRecord | undefined> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  try {
    const found = await connection.runAndReadAll(`select * from read_parquet('${path}') where id = $1`, [id]);
    const [row] = found.getRowObjectsJS();
    if (row === undefined) return undefined;
    const { id: _, vector, document, uri, metadata, ...fields } = row;
    const typed = Object.entries(fields).flatMap(([key, value]): [string, Metadata[string]][] => {
      if (value === null) return [];
      return [
        [key, typeof value === 'bigint' ? Number(value) : typeof value === 'number' ? float(value) : (value as string)],
      ];
    });
    return {
      id,
      vectors: { '': vector as number[] },
      metadata: {
        ...Object.fromEntries(typed),
        ...(typeof metadata === 'string' && (JSON.parse(metadata) as Metadata)),
      },
      document: document as string,
      uri: uri as string,
    };
  } finally {
    connection.closeSync();
  }
}
