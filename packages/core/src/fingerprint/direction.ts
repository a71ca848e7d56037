import type { DenseVector } from '../spec/record.ts';

/** One step of a direction, as a part of 1: directions are whole numbers, so that their sums do not depend on any order. */
const STEP = 2 ** -24;

/** Twice a weight of at most 2, times what a store may change of a unit vector by scaling it or rounding its components. */
const TOLERANCE = 2 * 5e-7;

/**
 * A number that hardly changes when a vector is scaled to length 1 or its components are rounded, where every digest does: the scalar
 * product of its direction with fixed weights, times a weight of the record, in steps of 2^-24. Zero for a vector of zeros.
 * @param weight from 1 up to 2
 */
export function directionOf(vector: DenseVector, weight: number): number {
  let square = 0;
  let product = 0;
  for (let index = 0; index < vector.length; index += 1) {
    const value = Math.fround(vector[index] as number);
    square += value * value;
    product += value * (Math.imul(index + 1, 0x9e3779b1) / 2 ** 31);
  }
  return square === 0 ? 0 : Math.round((weight * product) / Math.sqrt(square) / STEP);
}

/** How far the sums over so many vectors may lie apart where stores did nothing but scale and round. */
export function directionTolerance(vectors: number, dimension: number): number {
  return vectors * (1 + (TOLERANCE * Math.sqrt(dimension)) / STEP);
}
