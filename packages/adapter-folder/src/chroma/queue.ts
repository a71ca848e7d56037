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

  /** `isIndexed` tells which records the index has: adding one that is there does nothing, nor does updating one that is not. */
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
      const exists = before === undefined ? isIndexed(id) : before !== GONE;
      // What the index has may be what this entry added.
      const isNew = !exists || (before === undefined && sequence <= indexedUpTo);
      const takes = { [ADD]: isNew, [UPDATE]: exists, [UPSERT]: true }[Number(operation)] ?? false;
      if (Number(operation) === DELETE) this.#lastVector.set(id, GONE);
      else if (takes && filled === 1n) this.#lastVector.set(id, sequence);
    }
    this.last = last;
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
