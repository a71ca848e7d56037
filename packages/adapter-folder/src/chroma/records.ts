import { setOwn, unfit, type MetadataValue, type VectorRecord } from '@vsm/core/adapter';
import type { Include } from '../content.ts';
import { damaged } from '../errors.ts';
import { columnsOf, type Database, type Row } from '../sqlite.ts';
import { valueOf } from './values.ts';
import type { Vectors } from './vectors.ts';

const DOCUMENT = 'chroma:document';
const URI = 'chroma:uri';
/** Names to the field under which a record is rejected that has no vector. */
const VECTOR = '(vector)';

interface Parts {
  readonly metadata: Record<string, MetadataValue>;
  document?: string;
  uri?: string;
}

/** Makes records of the rows of one segment. */
export class RecordReader {
  readonly #database: Database;
  readonly #vectors: Vectors;
  readonly #hasArrays: boolean;

  constructor(database: Database, vectors: Vectors) {
    this.#database = database;
    this.#vectors = vectors;
    // Lists came with 1.5.
    this.#hasArrays = columnsOf(database, 'embedding_metadata_array').size > 0;
  }

  records(rows: readonly number[], include: Include): VectorRecord[] {
    const ids = this.#ids(rows);
    const parts = include.includes('metadata') ? this.#parts(rows) : undefined;
    return rows.map((row) => {
      const id = ids.get(row);
      if (id === undefined) throw damaged(this.#database.path, `the table "embeddings" has no row ${row}`);
      const { metadata = {}, document, uri } = parts?.get(row) ?? {};
      const vector = include.includes('vectors') ? this.#vectors.of(id) : undefined;
      return {
        id,
        vectors: vector === undefined || typeof vector === 'string' ? {} : { '': vector },
        metadata: typeof vector === 'string' ? { ...metadata, [VECTOR]: unfit(vector) } : metadata,
        ...(document !== undefined && { document }),
        ...(uri !== undefined && { uri }),
      };
    });
  }

  #ids(rows: readonly number[]): Map<number, string> {
    const found = this.#database.all(
      'SELECT id, embedding_id FROM embeddings WHERE id IN (SELECT value FROM json_each(?))',
      JSON.stringify(rows),
    );
    return new Map(found.map(({ id, embedding_id }) => [Number(id), String(embedding_id)]));
  }

  #parts(rows: readonly number[]): Map<number, Parts> {
    const parts = new Map<number, Parts>(rows.map((row) => [row, { metadata: {} }]));
    const asked = JSON.stringify(rows);
    const columns = 'id, key, string_value, int_value, float_value, bool_value';
    const select = (table: string): string =>
      `SELECT ${columns} FROM ${table} WHERE id IN (SELECT value FROM json_each(?))`;
    for (const row of this.#database.all(select('embedding_metadata'), asked)) {
      const part = parts.get(Number(row['id']));
      const value = valueIn(row);
      if (part !== undefined && value !== null) put(part, String(row['key']), value);
    }
    if (!this.#hasArrays) return parts;
    for (const row of this.#database.all(`${select('embedding_metadata_array')} ORDER BY rowid`, asked)) {
      const part = parts.get(Number(row['id']));
      const value = valueIn(row);
      if (part !== undefined) append(part, String(row['key']), value);
    }
    return parts;
  }
}

function valueIn({ string_value, int_value, float_value, bool_value }: Row): MetadataValue {
  return valueOf(string_value, int_value, float_value, bool_value);
}

function put(part: Parts, key: string, value: MetadataValue): void {
  if (key === DOCUMENT && typeof value === 'string') part.document = value;
  else if (key === URI && typeof value === 'string') part.uri = value;
  else setOwn(part.metadata, key, value);
}

function append({ metadata }: Parts, key: string, value: MetadataValue): void {
  const list = Object.hasOwn(metadata, key) ? metadata[key] : undefined; // own key: just asked
  if (Array.isArray(list)) (list as MetadataValue[]).push(value);
  else setOwn(metadata, key, [value]);
}
