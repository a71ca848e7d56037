import { randomUUID } from 'node:crypto';
import { serialize, UUID, type Binary, type Document } from 'bson';
import { passes } from './filter.ts';
import { compare, matches } from './order.ts';
import { Refusal } from './refusal.ts';
import { documentOf, fieldOf, fieldsOf, readField } from './wire.ts';

interface Stored {
  readonly id: unknown;
  /** As it was sent. */
  readonly bytes: Buffer;
}

export interface SearchIndex {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly definition: Document;
}

const MOST_BYTES = 16 * 1024 * 1024;

/** Documents in the order of `_id`. */
export class Collection {
  readonly uuid: Binary = new UUID(randomUUID()).toBinary();
  readonly indexes: Document[] = [{ v: 2, key: { _id: 1 }, name: '_id_' }];
  readonly searchIndexes: SearchIndex[] = [];
  /** As `create` gave them. */
  readonly options: Document;
  #documents: Stored[] = [];

  constructor(options: Document = {}) {
    this.options = options;
  }

  get size(): number {
    return this.#documents.length;
  }

  /** In order. */
  find(filter: Document = {}): readonly Stored[] {
    const conditions = Object.entries(filter);
    const only = conditions.length === 1 && conditions[0]?.[0] === '_id' ? (conditions[0][1] as Document) : undefined;
    // By its place, where that is all there is to it.
    if (only !== undefined && typeof only === 'object' && only !== null) {
      const [operator, more] = Object.keys(only);
      if (operator === '$eq' && more === undefined) return this.#at(only['$eq']);
      if (operator === '$in') return (only['$in'] as unknown[]).flatMap((id) => this.#at(id));
      if (operator === '$gt' && more === undefined)
        return this.#behind(only['$gt']).filter(({ id }) => matches(id, only));
    }
    const { _id: id, ...others } = filter;
    const isOthers = Object.keys(others).length > 0;
    return this.#documents.filter(
      (stored) => (!('_id' in filter) || matches(stored.id, id)) && (!isOthers || passes(stored.bytes, others)),
    );
  }

  insert(bytes: Buffer): void {
    checkSize(bytes);
    this.#validate(bytes);
    const id = readField(bytes, '_id');
    const at = this.#place(id);
    if (this.#isAt(at, id)) {
      const message = `E11000 duplicate key error collection: db.coll index: _id_ dup key: { _id: ${JSON.stringify(id)} }`;
      throw new Refusal(11_000, 'DuplicateKey', message);
    }
    this.#documents.splice(at, 0, { id, bytes });
  }

  /** @returns whether there was one */
  replace(id: unknown, bytes: Buffer): boolean {
    const own = fieldsOf(bytes).some(([name]) => name === '_id') ? bytes : withId(id, bytes);
    checkSize(own);
    this.#validate(own);
    const at = this.#place(id);
    const isThere = this.#isAt(at, id);
    this.#documents.splice(at, isThere ? 1 : 0, { id, bytes: own });
    return isThere;
  }

  remove(filter: Document): number {
    const gone = new Set(this.find(filter));
    this.#documents = this.#documents.filter((stored) => !gone.has(stored));
    return gone.size;
  }

  #validate(bytes: Buffer): void {
    const { validator, validationAction = 'error' } = this.options;
    if (validator === undefined || validationAction !== 'error' || passes(bytes, validator as Document)) return;
    throw new Refusal(121, 'DocumentValidationFailure', 'Document failed validation');
  }

  #at(id: unknown): Stored[] {
    const at = this.#place(id);
    return this.#isAt(at, id) ? [this.#documents[at] as Stored] : [];
  }

  #behind(id: unknown): Stored[] {
    const at = this.#place(id);
    return this.#documents.slice(this.#isAt(at, id) ? at + 1 : at);
  }

  #isAt(at: number, id: unknown): boolean {
    const found = this.#documents[at];
    return found !== undefined && compare(found.id, id) === 0;
  }

  #place(id: unknown): number {
    let [low, high] = [0, this.#documents.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(this.#documents[middle]?.id, id) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export function valueAt(bytes: Uint8Array, path: string): unknown {
  const [first = '', ...steps] = path.split('.');
  return steps.reduce<unknown>((value, step) => fieldOf(value, step), readField(bytes, first));
}

function withId(id: unknown, bytes: Buffer): Buffer {
  const fields = [...fieldsOf(serialize({ _id: id })), ...fieldsOf(bytes)];
  return documentOf(fields.map(([name, value]) => [name, value.type, value.bytes]));
}

function checkSize({ length }: Buffer): void {
  if (length > MOST_BYTES)
    throw new Refusal(
      10_334,
      'BSONObjectTooLarge',
      `object to insert too large. size in bytes: ${length}, max size: ${MOST_BYTES}`,
    );
}
