import { KeyTable } from '@vsm/core/adapter';
import { damaged } from '../errors.ts';
import type { Database } from '../sqlite.ts';

const [ADD, UPDATE, UPSERT, DELETE] = [0, 1, 2, 3];
/** In a {@link KeyTable}: the record was deleted. */
const GONE = -1;

/** What the queue has of the records of one collection: the entries that no index has taken in yet, and often older ones. */
export class Queue {
  readonly #database: Database;
  readonly #lastVector = new KeyTable();
  /** One entry past the last. */
  readonly last: number;

  /** `isIndexed` tells which records the index has, for an entry that adds one which is there does nothing. */
  constructor(database: Database, collection: string, indexedUpTo: number, isIndexed: (id: string) => boolean) {
    this.#database = database;
    let last = 0;
    const rows = database.each(
      `SELECT seq_id, operation, id, vector IS NOT NULL AS filled FROM embeddings_queue
       WHERE topic = ? OR topic LIKE '%/' || ? ORDER BY seq_id`,
      collection,
      collection,
    );
    for (const { seq_id, operation, id, filled } of rows) {
      const sequence = Number(seq_id);
      last = sequence;
      if (typeof id !== 'string') throw damaged(database.path, `entry ${sequence} of the queue has no id`);
      const before = this.#lastVector.get(id);
      const exists = before === undefined ? sequence > indexedUpTo && isIndexed(id) : before !== GONE;
      if (this.#takes(Number(operation), exists, filled === 1n)) this.#lastVector.set(id, sequence);
      else if (Number(operation) === DELETE) this.#lastVector.set(id, GONE);
    }
    this.last = last;
  }

  #takes(operation: number, exists: boolean, filled: boolean): boolean {
    if (!filled) return false;
    // Of an update it cannot be told whether the record was there when older entries are gone: the index is asked first.
    return operation === UPSERT || operation === UPDATE || (operation === ADD && !exists);
  }

  /** The last entry with a vector of a record; `gone` where the record was deleted after it. */
  entryOf(id: string): number | 'gone' | undefined {
    const sequence = this.#lastVector.get(id);
    return sequence === GONE ? 'gone' : sequence;
  }

  vector(sequence: number): Float32Array | undefined {
    const [row] = this.#database.all('SELECT vector, encoding FROM embeddings_queue WHERE seq_id = ?', sequence);
    const bytes = row?.['vector'];
    if (!(bytes instanceof Uint8Array) || bytes.length % 4 !== 0) return undefined;
    const aligned = new Uint8Array(bytes).buffer;
    if (row?.['encoding'] === 'FLOAT32') return new Float32Array(aligned);
    return row?.['encoding'] === 'INT32' ? Float32Array.from(new Int32Array(aligned)) : undefined;
  }
}
