// What writing into Postgres costs: one INSERT a record, texts through unnest, bytes through unnest (what the adapter sends), and
// COPY into a staging table with one upsert from there, in the one form that suits tables of any columns: all but vectors as text,
// and numbered, so that a record that is refused can be found by halving. 5,000 records of 384 dimensions into PGlite in memory, each
// way into a table of its own, in turn and three times; the best counts, by the processor, which is all of the database's time too.
// Ends with 1 where the adapter is less than three times as fast as INSERTs.
import { createPgvector } from '@vsm/adapter-pgvector';
import type { VectorRecord } from '@vsm/core';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { makeRecord } from './records.ts';

const RECORDS = 5000;
const DIMENSION = 384;
const BATCH = 1000;
const ROUNDS = 3;
const LEAST_RATIO = 3;

const database = await PGlite.create({ extensions: { vector } });
const store = createPgvector({ client: database });
const records = Array.from({ length: RECORDS }, (_, index) => makeRecord(index, { dimension: DIMENSION }));
const batches = Array.from({ length: RECORDS / BATCH }, (_, at) => records.slice(at * BATCH, (at + 1) * BATCH));

const COLUMNS = '(id, embedding, document, metadata)';
const REPLACE =
  'ON CONFLICT (id) DO UPDATE SET embedding = EXCLUDED.embedding, document = EXCLUDED.document, metadata = EXCLUDED.metadata';
const vectorText = ({ vectors }: VectorRecord): string => `[${(vectors[''] as Float32Array).join(',')}]`;
const metadataText = ({ metadata }: VectorRecord): string => JSON.stringify(metadata);
const asText = { serializers: { 3802: String } };

const ways: Readonly<Record<string, (table: string) => Promise<void>>> = {
  async 'one INSERT a record'(table) {
    const sql = `INSERT INTO ${table} ${COLUMNS} VALUES ($1, $2::vector, $3, $4::jsonb) ${REPLACE}`;
    for (const record of records) {
      const values = [record.id, vectorText(record), record.document, metadataText(record)];
      await database.query(sql, values, asText);
    }
  },
  async 'unnest of texts'(table) {
    const sql = `INSERT INTO ${table} ${COLUMNS} SELECT a, b::vector, c, d::jsonb FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS u(a, b, c, d) ${REPLACE}`;
    for (const batch of batches) {
      const documents = batch.map(({ document }) => document);
      await database.query(sql, [batch.map(({ id }) => id), batch.map(vectorText), documents, batch.map(metadataText)]);
    }
  },
  async 'unnest of bytes (the adapter)'(table) {
    const collection = await store.openCollection(table);
    for (const batch of batches) await collection.upsert(batch);
  },
  async 'COPY and one upsert'(table) {
    await database.exec(
      'CREATE TEMPORARY TABLE staging (n integer, id text, embedding vector, document text, metadata text) ON COMMIT DELETE ROWS',
    );
    for (const batch of batches) {
      await database.transaction(async (transaction) => {
        await transaction.query(`COPY staging FROM '/dev/blob' WITH (FORMAT binary)`, [], {
          blob: new Blob([copyBytes(batch) as Uint8Array<ArrayBuffer>]),
        });
        await transaction.exec(
          `INSERT INTO ${table} ${COLUMNS} SELECT id, embedding, document, metadata::jsonb FROM staging ${REPLACE}`,
        );
      });
    }
    await database.exec('DROP TABLE staging');
  },
};

/** https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS */
function copyBytes(batch: readonly VectorRecord[]): Buffer {
  const parts: Buffer[] = [Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')];
  const word = (value: number): Buffer => {
    const bytes = Buffer.allocUnsafe(4);
    bytes.writeInt32BE(value);
    return bytes;
  };
  const field = (bytes: Buffer): void => {
    parts.push(word(bytes.length), bytes);
  };
  for (const [number, record] of batch.entries()) {
    parts.push(Buffer.from([0, 5]));
    field(word(number));
    field(Buffer.from(record.id));
    const components = Float32Array.from(record.vectors[''] as Float32Array);
    field(Buffer.concat([word(DIMENSION * 65_536), Buffer.from(components.buffer).swap32()]));
    field(Buffer.from(record.document ?? ''));
    field(Buffer.from(metadataText(record)));
  }
  parts.push(Buffer.from([0xff, 0xff]));
  return Buffer.concat(parts);
}

const best = new Map<string, number>();
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [name, write] of Object.entries(ways)) {
    // No metric, so that there is no index: it is built after the load, whatever the way.
    await store.createCollection({ name: 'target', vectors: { '': { kind: 'dense', dimension: DIMENSION } } });
    const started = process.cpuUsage();
    await write('target');
    const { user, system } = process.cpuUsage(started);
    const milliseconds = (user + system) / 1000;
    best.set(name, Math.min(milliseconds, best.get(name) ?? milliseconds));
    const { value } = await (await store.openCollection('target')).count();
    if (value !== RECORDS) throw new Error(`${name}: ${value} records arrived`);
    await store.dropCollection?.('target');
  }
}
const [slowest = 0] = best.values();
for (const [name, milliseconds] of best) {
  console.log(
    `${name.padEnd(30)} ${(milliseconds / 1000).toFixed(1).padStart(5)} s  ${(slowest / milliseconds).toFixed(1).padStart(5)} ×`,
  );
}
const ratio = slowest / (best.get('unnest of bytes (the adapter)') ?? Number.NaN);
console.log(`the adapter is ${ratio.toFixed(1)} times as fast as one INSERT a record (at least ${LEAST_RATIO})`);
await database.close();
process.exitCode = ratio >= LEAST_RATIO ? 0 : 1;
