import { own, type MetadataValue } from '@vsm/core/adapter';
import { Problem } from './problem.ts';
import type { IndexShape, StoredVector } from './vectors.ts';

export type Body = Readonly<Record<string, MetadataValue>>;

export class VectorIndex {
  readonly name: string;
  readonly shape: IndexShape;
  readonly createdAt: number = (performance.timeOrigin + performance.now()) / 1000;
  readonly vectors = new Map<string, StoredVector>();
  #listed: StoredVector[] | undefined;

  constructor(name: string, shape: IndexShape) {
    this.name = name;
    this.shape = shape;
  }

  put(vectors: readonly StoredVector[]): void {
    for (const vector of vectors) this.vectors.set(vector.key, vector);
    this.#listed = undefined;
  }

  delete(keys: readonly string[]): void {
    for (const key of keys) this.vectors.delete(key);
    this.#listed = undefined;
  }

  listed(): readonly StoredVector[] {
    this.#listed ??= [...this.vectors.values()].toSorted(
      (left, right) => left.place - right.place || (left.key < right.key ? -1 : 1),
    );
    return this.#listed;
  }
}

export interface State {
  /** Indexes by name, of each bucket. */
  readonly buckets: Map<string, Map<string, VectorIndex>>;
}

const arn = (bucket: string): string => `arn:aws:s3vectors:us-east-1:123456789012:bucket/${bucket}`;

export const bucketArn: (bucket: string) => string = arn;

export function indexArn(bucket: string, index: string): string {
  return `${arn(bucket)}/index/${index}`;
}

export function bucketOf(
  state: State,
  body: Body,
): { readonly name: string; readonly indexes: Map<string, VectorIndex> } {
  const name = textAt(body, 'vectorBucketName');
  const indexes = state.buckets.get(name);
  if (indexes === undefined) throw new Problem('NotFoundException', 'The specified vector bucket could not be found');
  return { name, indexes };
}

export function indexOf(state: State, body: Body): { readonly bucket: string; readonly index: VectorIndex } {
  const { name, indexes } = bucketOf(state, body);
  const index = indexes.get(textAt(body, 'indexName'));
  if (index === undefined) throw new Problem('NotFoundException', 'The specified index could not be found');
  return { bucket: name, index };
}

export function textAt(body: Body, key: string): string {
  const value = own(body, key);
  if (typeof value === 'string') return value;
  throw new Problem('ValidationException', `${key} must be given`, key);
}
