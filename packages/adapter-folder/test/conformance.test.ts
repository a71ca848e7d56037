import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { testAdapter } from '@vsm/conformance/vitest';
import {
  idKind,
  isDense,
  isSparse,
  type CollectionSchema,
  type Vector,
  type VectorRecord,
  type VectorSchema,
  type VectorStoreV1,
} from '@vsm/core/adapter';
import { afterAll } from 'vitest';
import { createFolder } from '../src/index.ts';
import { openLocation } from '../src/location.ts';
import { pickled, pickledObject, whole } from './write-pickle.ts';

const MODELS = 'qdrant_client.http.models.models';
const DISTANCES: Readonly<Record<string, string>> = {
  cosine: 'Cosine',
  euclidean: 'Euclid',
  dot: 'Dot',
  manhattan: 'Manhattan',
};

// The local mode of Qdrant holds the most of what a record can have: the suite is run on folders in its form.
const root = mkdtempSync(join(tmpdir(), 'vsm-folder-conformance-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function empty(): string {
  const path = mkdtempSync(join(root, 'store-'));
  mkdirSync(join(path, 'collection'));
  writeFileSync(join(path, 'meta.json'), '{"collections":{},"aliases":{}}');
  return path;
}

async function seed(store: VectorStoreV1, schema: CollectionSchema, records: readonly VectorRecord[]): Promise<string> {
  const path = store.location.replace('folder:', '');
  const meta = JSON.parse(readFileSync(join(path, 'meta.json'), 'utf8')) as { collections: Record<string, unknown> };
  meta.collections[schema.name] = configOf(schema);
  writeFileSync(join(path, 'meta.json'), JSON.stringify(meta));
  mkdirSync(join(path, 'collection', schema.name));
  const database = new DatabaseSync(join(path, 'collection', schema.name, 'storage.sqlite'));
  database.exec('CREATE TABLE points (id TEXT PRIMARY KEY, point BLOB)');
  const insert = database.prepare('INSERT INTO points VALUES (?, ?)');
  database.exec('BEGIN');
  for (const record of records) {
    const id = pickled(idKind(record.id) === 'uint64' ? BigInt(record.id) : record.id);
    const point = { id, vector: vectorsOf(record), payload: pickled(record.metadata) };
    insert.run(whole(id).toString('base64'), whole(pickledObject(MODELS, 'PointStruct', point)));
  }
  database.exec('COMMIT');
  database.close();
  return schema.name;
}

function configOf({ vectors }: CollectionSchema): unknown {
  const dense = Object.entries(vectors).filter(([, vector]) => vector.kind !== 'sparse');
  const sparse = Object.entries(vectors).filter(([, vector]) => vector.kind === 'sparse');
  const configs = Object.fromEntries(dense.map(([name, vector]) => [name, denseConfig(vector)]));
  const isUnnamed = dense.length === 1 && dense[0]?.[0] === '';
  return {
    vectors: isUnnamed ? configs[''] : configs,
    sparse_vectors: Object.fromEntries(
      sparse.map(([name, vector]) => [name, { modifier: 'modifier' in vector ? vector.modifier : null }]),
    ),
  };
}

function denseConfig(vector: VectorSchema): unknown {
  if (vector.kind === 'sparse') return {};
  return {
    size: vector.dimension,
    distance: DISTANCES[vector.metric ?? ''],
    datatype: vector.datatype,
    multivector_config: vector.kind === 'multi' ? { comparator: 'max_sim' } : null,
  };
}

function vectorsOf({ vectors }: VectorRecord): Buffer {
  const entries = Object.entries(vectors).flatMap(([name, vector]) => [pickled(name), vectorOf(vector)]);
  return Buffer.concat([Buffer.from('}('), ...entries, Buffer.from('u')]);
}

function vectorOf(vector: Vector): Buffer {
  const numbers = (values: ArrayLike<number>): Buffer => pickled(Array.from(values));
  if (isSparse(vector)) {
    const parts = { indices: numbers(vector.indices), values: numbers(vector.values) };
    return pickledObject(MODELS, 'SparseVector', parts);
  }
  if (isDense(vector)) return numbers(vector);
  return Buffer.concat([Buffer.from(']('), ...vector.rows.map(numbers), Buffer.from('e')]);
}

let latest = '';
testAdapter({
  adapter: 'folder',
  connect() {
    latest = empty();
    return createFolder({ path: latest });
  },
  seed,
  locations: {
    open: openLocation,
    of: (collection) => locationOf(latest, collection),
    inFolder: locationOf,
  },
});

function locationOf(folder: string, collection: string): string {
  return `folder:${folder}?collection=${encodeURIComponent(collection)}`;
}
