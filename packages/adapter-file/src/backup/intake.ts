import { own } from '@vsm/core/adapter';
import { decodeRecord } from '@vsm/core';
import type { Capabilities, CollectionSchema, Rejection, VectorRecord } from '@vsm/core/adapter';
import { inferVectors, narrowing, recordProblem } from '@vsm/core/engine';
import { doublesOf } from '../doubles.ts';
import { frameProblem } from '../frames.ts';
import type { Key } from './keys.ts';

const LISTED = 1000;
const SAME_ID = 'another record of the same id came with other values, and that one is kept';

/** Takes pages of a collection: records as they are meant, and by name those that cannot be kept. */
export class Intake {
  readonly doubles: ReadonlySet<string>;
  readonly #capabilities: Capabilities;
  readonly #rejected: Rejection[] = [];
  readonly #rounded = new Set<string>();
  #schema: CollectionSchema;
  #refused = 0;
  #read = 0;
  #again = 0;

  constructor(schema: CollectionSchema, capabilities: Capabilities) {
    this.#schema = schema;
    this.#capabilities = capabilities;
    this.doubles = doublesOf(schema);
  }

  /** With vectors and dimensions that the store did not tell, as far as records showed them. */
  get schema(): CollectionSchema {
    return this.#schema;
  }

  get read(): number {
    return this.#read;
  }

  /** Of those that were read, how many a snapshot of all of them holds. */
  get kept(): number {
    return this.#read - this.#refused - this.#again;
  }

  get rejected(): { readonly count: number; readonly listed: readonly Rejection[] } {
    return { count: this.#refused, listed: this.#rejected };
  }

  /** What becomes of vectors that the store hands out with more digits than it says to keep, and of records that it hands out again. */
  get notes(): readonly string[] {
    const rounded = [...this.#rounded].map(
      (name) =>
        `${name === '' ? 'vectors' : `vectors "${name}"`} came with more digits than float32 has, and are kept as float32`,
    );
    const again =
      this.#again === 0 ? [] : [`${this.#again} records came twice, with the same values, and are kept once`];
    return [...rounded, ...again];
  }

  take(page: readonly VectorRecord[]): readonly VectorRecord[] {
    this.#read += page.length;
    return page.flatMap((stored) => {
      const record = decodeRecord(stored);
      this.#learn(record);
      const problem = this.#problem(record);
      if (problem === undefined) return [record];
      this.#reject(problem);
      return [];
    });
  }

  /** A record that was taken has the key of another one, which is kept. */
  repeated([namespace, id]: Key, isSame: boolean): void {
    if (isSame) this.#again += 1;
    else this.#reject({ id, namespace: namespace || undefined, reason: 'duplicate-id', detail: SAME_ID });
  }

  #reject(problem: Rejection): void {
    this.#refused += 1;
    if (this.#rejected.length < LISTED) this.#rejected.push(problem);
  }

  #problem(record: VectorRecord): Rejection | undefined {
    const problem = recordProblem(record, this.#schema, this.#capabilities);
    if (problem !== undefined) return problem;
    const { id, namespace, uri } = record;
    const tooLong = frameProblem(record);
    if (tooLong !== undefined) return { id, namespace, reason: 'too-large', detail: tooLong };
    const isText = (namespace ?? '').isWellFormed() && (uri ?? '').isWellFormed();
    return isText ? undefined : { id, namespace, reason: 'refused', detail: 'its namespace or uri is no UTF-8' };
  }

  #learn(record: VectorRecord): void {
    for (const name in record.vectors) {
      // own key: they are walked
      const vector = record.vectors[name];
      const known = own(this.#schema.vectors, name);
      if (known === undefined || (known.kind !== 'sparse' && known.dimension === undefined))
        this.#schema = { ...this.#schema, vectors: inferVectors(this.#schema, [record]) };
      if (vector instanceof Float32Array || this.doubles.has(name) || this.#rounded.has(name)) continue;
      if (narrowing(name, [record]).changed > 0) this.#rounded.add(name);
    }
  }
}
