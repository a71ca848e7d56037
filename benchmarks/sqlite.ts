// What SQLite costs: 20,000 records of 384 dimensions written and read by a plain loop of the engine's own client (one prepared
// statement a record, a transaction a thousand; one SELECT of everything), and by the adapter, in turn and twice; the better time
// counts. Ends with 1 where the adapter takes more than twice as long as the loop.
import { createClient } from '@libsql/client';
import { createSqlite, type SqliteOptions } from '@vsm/adapter-sqlite';
import { parseJson, type VectorRecord } from '@vsm/core/adapter';
import { mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'sqlite-vec';
import { compare, readWhole, seconds } from './beside-loop.ts';
import { makeRecord } from './records.ts';

const RECORDS = 20_000;
const DIMENSION = 384;
const BATCH = 1000;
const ROUNDS = 2;

const folder = mkdtempSync(join(tmpdir(), 'vsm-bench-sqlite-'));
const records = Array.from({ length: RECORDS }, (_, index) => makeRecord(index, { dimension: DIMENSION }));
const batches = Array.from({ length: RECORDS / BATCH }, (_, at) => records.slice(at * BATCH, (at + 1) * BATCH));
const bytesOf = ({ vectors }: VectorRecord): Uint8Array => {
  const vector = vectors[''] as Float32Array;
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
};
const valuesOf = (record: VectorRecord): [string, Uint8Array, string, string] => [
  record.id,
  bytesOf(record),
  record.document ?? '',
  JSON.stringify(record.metadata),
];
/** What a loop would make of a row too: floats, and an object. */
const use = (row: Record<string, unknown>): void => {
  const bytes = row['embedding'] as Uint8Array | ArrayBuffer;
  const copy = bytes instanceof ArrayBuffer ? new Float32Array(bytes) : new Float32Array(Uint8Array.from(bytes).buffer);
  if (copy.length !== DIMENSION || parseJson(String(row['metadata'])) === null) throw new Error('not what was written');
};

interface Way {
  readonly write: (path: string) => Promise<void>;
  readonly read: (path: string) => Promise<void>;
}

const COLUMNS = '(id TEXT PRIMARY KEY, embedding F32_BLOB(384), document TEXT, metadata TEXT)';
const VEC0 =
  'CREATE VIRTUAL TABLE docs USING vec0(id text primary key, embedding float[384], +document text, +metadata text)';

function loopOfNode(create: string): Way {
  return {
    async write(path) {
      const database = new DatabaseSync(path, { allowExtension: true });
      load(database);
      database.exec(create);
      const insert = database.prepare('INSERT INTO docs (id, embedding, document, metadata) VALUES (?, ?, ?, ?)');
      for (const batch of batches) {
        database.exec('BEGIN');
        for (const record of batch) insert.run(...valuesOf(record));
        database.exec('COMMIT');
      }
      database.close();
    },
    async read(path) {
      const database = new DatabaseSync(path, { readOnly: true, allowExtension: true });
      load(database);
      for (const row of database.prepare('SELECT * FROM docs').iterate()) use(row);
      database.close();
    },
  };
}

const loopOfLibsql: Way = {
  async write(path) {
    const client = createClient({ url: `file:${path}` });
    await client.execute(`CREATE TABLE docs ${COLUMNS}`);
    for (const batch of batches) {
      const statements = batch.map((record) => ({
        sql: 'INSERT INTO docs (id, embedding, document, metadata) VALUES (?, ?, ?, ?)',
        args: valuesOf(record),
      }));
      await client.batch(statements, 'write');
    }
    client.close();
  },
  async read(path) {
    const client = createClient({ url: `file:${path}` });
    const { rows } = await client.execute('SELECT * FROM docs');
    for (const row of rows) use(row);
    client.close();
  },
};

function adapter(options: SqliteOptions): Way {
  return {
    async write(path) {
      const store = createSqlite({ ...options, path });
      const vectors = { '': { kind: 'dense', dimension: DIMENSION, metric: 'euclidean' } } as const;
      await store.createCollection({ name: 'docs', vectors });
      const collection = await store.openCollection('docs');
      for (const batch of batches) await collection.upsert(batch);
      await store.close();
    },
    async read(path) {
      const store = createSqlite({ ...options, path });
      await readWhole(store, 'docs', RECORDS);
      await store.close();
    },
  };
}

const PAIRS: Readonly<Record<string, readonly [loop: Way, ours: Way]>> = {
  'plain table, node:sqlite': [loopOfNode(`CREATE TABLE docs ${COLUMNS}`), adapter({})],
  'vec0 table, sqlite-vec': [loopOfNode(VEC0), adapter({ tables: 'vec0' })],
  'plain table, libSQL': [loopOfLibsql, adapter({ engine: 'libsql', vectorIndex: false })],
};

try {
  for (const [name, ways] of Object.entries(PAIRS)) {
    const best = { write: [Infinity, Infinity], read: [Infinity, Infinity] };
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [at, way] of ways.entries()) {
        const path = join(folder, `${round}-${at}.db`);
        best.write[at] = Math.min(best.write[at] ?? Infinity, await seconds(() => way.write(path)));
        best.read[at] = Math.min(best.read[at] ?? Infinity, await seconds(() => way.read(path)));
        rmSync(path);
      }
    }
    for (const [verb, [loop = 0, ours = 0]] of Object.entries(best)) compare(`${name}, ${verb}`, RECORDS, loop, ours);
  }
} finally {
  rmSync(folder, { recursive: true });
}
