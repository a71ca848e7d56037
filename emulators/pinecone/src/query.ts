import { compileFilter, type Test } from './filter.ts';
import { Problem } from './problem.ts';
import {
  readDense,
  readId,
  readSparse,
  type IndexShape,
  type JsonObject,
  type SparseValues,
  type StoredRecord,
} from './record.ts';

export interface ScoredRecord {
  readonly record: StoredRecord;
  readonly score: number;
}

/** Compares with every record, so that recall is perfect. */
export function searchRecords(
  records: ReadonlyMap<string, StoredRecord>,
  body: JsonObject,
  shape: IndexShape,
): ScoredRecord[] {
  const topK = body['topK'];
  if (typeof topK !== 'number' || !Number.isInteger(topK) || topK < 1 || topK > 10_000) {
    throw new Problem(400, 'top_k must be a number between 1 and 10000');
  }
  const matches: Test = body['filter'] === undefined ? () => true : compileFilter(body['filter']);
  const { dense, sparse } = readQuery(body, records, shape);
  const closerFirst = shape.metric === 'euclidean' ? 1 : -1;
  return [...records.values()]
    .filter((record) => matches(record.metadata ?? {}))
    .filter((record) => dense !== undefined || overlaps(record.sparse, sparse))
    .map((record) => ({ record, score: score(record, dense, sparse, shape) }))
    .toSorted((left, right) => (left.score - right.score) * closerFirst)
    .slice(0, topK);
}

function readQuery(
  body: JsonObject,
  records: ReadonlyMap<string, StoredRecord>,
  shape: IndexShape,
): { dense: Float32Array | undefined; sparse: SparseValues | undefined } {
  if (body['id'] !== undefined) {
    const id = readId(body['id']);
    const record = records.get(id);
    if (record === undefined) throw new Problem(400, `Unable to find id: ${id}`);
    return { dense: record.values, sparse: record.sparse };
  }
  const dense = body['vector'] === undefined ? undefined : readDense(body['vector'], shape.dimension, true);
  const sparse = body['sparseVector'] === undefined ? undefined : readSparse(body['sparseVector'], shape);
  if (shape.dimension !== undefined && dense === undefined) {
    throw new Problem(400, `Vector dimension 0 does not match the dimension of the index ${shape.dimension}`);
  }
  if (shape.dimension === undefined && (sparse === undefined || dense !== undefined)) {
    throw new Problem(400, 'A query of a sparse index takes a sparse vector, and no dense one');
  }
  if (sparse !== undefined && shape.metric !== 'dotproduct') {
    throw new Problem(400, 'Index configuration does not support sparse values - only indexes that are dotproduct do');
  }
  return { dense, sparse };
}

function overlaps(record: SparseValues | undefined, query: SparseValues | undefined): boolean {
  const wanted = new Set(query?.indices);
  return record?.indices.some((index) => wanted.has(index)) ?? false;
}

function score(
  record: StoredRecord,
  dense: Float32Array | undefined,
  sparse: SparseValues | undefined,
  { metric }: IndexShape,
): number {
  const values = record.values ?? new Float32Array();
  const query = dense ?? new Float32Array();
  const over = (term: (a: number, b: number) => number): number =>
    query.reduce((total, component, at) => total + term(component, values[at] ?? 0), 0);
  if (metric === 'euclidean') return over((a, b) => (a - b) ** 2);
  const dot = over((a, b) => a * b);
  if (metric === 'dotproduct') return dot + sparseDot(record.sparse, sparse);
  return dot / Math.max(Math.sqrt(over((a) => a * a) * over((_a, b) => b * b)), Number.MIN_VALUE);
}

function sparseDot(left: SparseValues | undefined, right: SparseValues | undefined): number {
  if (left === undefined || right === undefined) return 0;
  const weights = new Map(Array.from(left.indices, (index, at) => [index, left.values[at] ?? 0]));
  return right.indices.reduce((total, index, at) => total + (weights.get(index) ?? 0) * (right.values[at] ?? 0), 0);
}
