import type { CollectionV1, DenseVector } from '@vsm/core/adapter';
import { ask } from './errors.ts';
import { toRecord, toRow } from './mapping.ts';
import { toDescription } from './schema.ts';
import type { Client } from './server.ts';

export function openAcmeCollection(client: Client, name: string): CollectionV1 {
  return {
    name,
    async describe() {
      return toDescription(name, await ask(`describe "${name}"`, () => client.readTable(name)));
    },
    async count() {
      return { value: await ask(`count "${name}"`, () => client.countRows(name)), exact: true };
    },
    // TODO 5 (upsert/, fetch/, delete/): afterwards there is exactly the given record, whatever was there. What the server refuses of a
    // batch comes back in `rejected`, by id and with its reason; it is never left out.
    async upsert(records) {
      await ask(`write to "${name}"`, () => client.putRows(name, records.map(toRow)));
      return { accepted: records.length, rejected: [] };
    },
    async fetch(ids) {
      const rows = await ask(`read from "${name}"`, () => client.getRows(name, ids));
      return rows.map((row) => toRecord(row, ['vectors', 'metadata']));
    },
    async delete(ids) {
      await ask(`delete from "${name}"`, () => client.deleteRows(name, ids));
    },
    // TODO 7 (scan/): every record once. A new process must be able to go on from the cursor; `null`, and only that, means the end.
    // Then `partition`, if Acme can be read in parts at once.
    async scan({ cursor, limit, include }) {
      const rows = await ask(`scan "${name}"`, () => client.rowsAfter(name, cursor, limit));
      return {
        records: rows.map((row) => toRecord(row, include)),
        cursor: rows.length < limit ? null : (rows.at(-1)?.key ?? null),
      };
    },
    // TODO 8 (filter/, query/): nearest first. A filter arrives here only if the capabilities name its operators.
    async query({ vector, topK }) {
      const values = Float32Array.from(vector as DenseVector);
      const found = await ask(`search "${name}"`, () => client.nearestRows(name, values, topK));
      return found.map(({ key, distance }) => ({ id: key, score: distance }));
    },
  };
}
