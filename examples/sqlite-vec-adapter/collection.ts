import { collectionNotFound, type CollectionV1, type DenseVector, type Metric } from '@vsm/core/adapter';
import type { DatabaseSync } from 'node:sqlite';
import type { Notes } from './database.ts';
import { toRecord, toRow, type Row } from './mapping.ts';

const DISTANCES: Partial<Record<Metric, string>> = {
  cosine: 'vec_distance_cosine',
  euclidean: 'vec_distance_L2',
  manhattan: 'vec_distance_L1',
};

export interface Shape {
  readonly metric: Metric;
  readonly dimension: number | null;
}

/** Whether rows can be compared so. */
export function isKnown(metric: Metric | undefined): metric is Metric {
  return metric !== undefined && metric in DISTANCES;
}

export function openCollection(notes: Notes, name: string): CollectionV1 {
  const rows = (what: string, sql: string, ...values: (string | number | Uint8Array)[]): Row[] =>
    notes.reading(`${what} "${name}"`, (database) => database.prepare(sql).all(name, ...values) as unknown as Row[]) ??
    [];
  // It may have been dropped since it was opened.
  const shapeIn = (database: DatabaseSync): Shape => {
    const found = database.prepare('select metric, dimension from collections where name = ?').get(name);
    if (found === undefined) throw collectionNotFound('notes', name, notes.location);
    return found as unknown as Shape;
  };
  const shape = (): Shape => {
    const found = notes.reading(`describe "${name}"`, shapeIn);
    if (found === undefined) throw collectionNotFound('notes', name, notes.location);
    return found;
  };
  return {
    name,
    async describe() {
      const { metric, dimension } = shape();
      return { name, vectors: { '': { kind: 'dense', metric, dimension: dimension ?? undefined } } };
    },
    async count() {
      const [counted] = rows('count', 'select count(*) as value from notes where collection = ?');
      return { value: (counted as unknown as { value: number }).value, exact: true };
    },
    async scan({ cursor, limit, include }) {
      // A JSON text, since any text may be an id, the empty one too.
      const after = cursor === undefined ? '' : 'and id > ?';
      const sql = `select id, embedding, body, fields from notes where collection = ? ${after} order by id limit ?`;
      const page = rows('scan', sql, ...(cursor === undefined ? [] : [JSON.parse(cursor) as string]), limit);
      const last = page.at(-1);
      return {
        records: page.map((row) => toRecord(row, include)),
        cursor: page.length < limit || last === undefined ? null : JSON.stringify(last.id),
      };
    },
    async fetch(ids) {
      const marks = ids.map(() => '?').join(', ');
      const sql = `select id, embedding, body, fields from notes where collection = ? and id in (${marks})`;
      return rows('read from', sql, ...ids).map((row) => toRecord(row, ['vectors', 'metadata']));
    },
    async upsert(records) {
      notes.writing(`write to "${name}"`, (database) => {
        shapeIn(database);
        const put = database.prepare(
          'insert or replace into notes (collection, id, embedding, body, fields) values (?, ?, ?, ?, ?)',
        );
        for (const record of records) {
          const { id, embedding, body, fields } = toRow(record);
          put.run(name, id, embedding, body, fields);
        }
        const [first] = records;
        const { length } = (first?.vectors[''] ?? []) as DenseVector;
        database
          .prepare('update collections set dimension = coalesce(dimension, ?) where name = ?')
          .run(length === 0 ? null : length, name);
      });
      return { accepted: records.length, rejected: [] };
    },
    async delete(ids) {
      notes.writing(`delete from "${name}"`, (database) => {
        const remove = database.prepare('delete from notes where collection = ? and id = ?');
        for (const id of ids) remove.run(name, id);
      });
    },
    async query({ vector, topK }) {
      const near = DISTANCES[shape().metric];
      const sql = `select id, ${near}(embedding, ?2) as score from notes where collection = ?1 order by score, id limit ?3`;
      const asked = new Uint8Array(Float32Array.from(vector as DenseVector).buffer);
      const found = rows('search', sql, asked, topK) as unknown as { id: string; score: number }[];
      return found.map(({ id, score }) => ({ id, score }));
    },
  };
}
