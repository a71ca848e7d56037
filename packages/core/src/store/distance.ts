import { isMulti, isSparse, type DenseVector, type SparseVector, type Vector } from '../spec/record.ts';
import type { Metric } from '../spec/v1.ts';

/** The sum of the squares of its components. */
export function squaresOf(vector: DenseVector): number {
  let squares = 0;
  for (let at = 0; at < vector.length; at += 1) squares += (vector[at] as number) * (vector[at] as number);
  return squares;
}

export const lengthOf = (vector: DenseVector): number => Math.sqrt(squaresOf(vector));

/** How far two vectors of one kind are apart; smaller is nearer, whatever the metric. */
export function distance(metric: Metric, left: Vector, right: Vector): number {
  if (isSparse(left)) return isSparse(right) ? -sparseProduct(left, right) : Number.POSITIVE_INFINITY;
  if (isSparse(right)) return Number.POSITIVE_INFINITY;
  if (!isMulti(left) && !isMulti(right)) return dense(metric, left, right);
  const rows = isMulti(left) ? left.rows : [left];
  const others = isMulti(right) ? right.rows : [right];
  // Late interaction: every query row counts its best match.
  return rows.reduce((total, row) => total + Math.min(...others.map((other) => dense(metric, row, other))), 0);
}

function sparseProduct(left: SparseVector, right: SparseVector): number {
  const weights = new Map(Array.from(left.indices, (index, at) => [index, left.values[at] ?? 0]));
  let product = 0;
  for (let at = 0; at < right.indices.length; at += 1) {
    product += (weights.get(right.indices[at] ?? 0) ?? 0) * (right.values[at] ?? 0);
  }
  return product;
}

/** One loop for all metrics: this runs over every component of every vector of a collection. */
function dense(metric: Metric, left: DenseVector, right: DenseVector): number {
  let product = 0;
  let leftSquare = 0;
  let rightSquare = 0;
  let squares = 0;
  let absolute = 0;
  let different = 0;
  let either = 0;
  let both = 0;
  for (let at = 0; at < left.length; at += 1) {
    const a = left[at] ?? 0;
    const b = right[at] ?? 0;
    product += a * b;
    leftSquare += a * a;
    rightSquare += b * b;
    // Not from the products: near neighbours would be lost in the rounding of their lengths.
    squares += (a - b) * (a - b);
    absolute += Math.abs(a - b);
    if (a !== b) different += 1;
    if (a !== 0 || b !== 0) either += 1;
    if (a !== 0 && b !== 0) both += 1;
  }
  switch (metric) {
    case 'euclidean':
      return Math.sqrt(squares);
    case 'manhattan':
      return absolute;
    case 'dot':
      return -product;
    case 'hamming':
      return different;
    case 'jaccard':
      return either === 0 ? 0 : 1 - both / either;
    case 'cosine': {
      const lengths = Math.sqrt(leftSquare * rightSquare);
      return lengths === 0 ? 1 : 1 - product / lengths;
    }
  }
}

export function isZero(vector: DenseVector): boolean {
  for (let index = 0; index < vector.length; index += 1) if (vector[index] !== 0) return false;
  return true;
}
