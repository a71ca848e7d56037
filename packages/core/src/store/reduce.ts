/** Vectors made smaller on their way: fewer dimensions, numbers of fewer bits, or both. */
import { ValidationError } from '../errors.ts';
import type { DenseVector } from '../spec/record.ts';
import type { Datatype } from '../spec/v1.ts';
import { isZero, lengthOf } from './distance.ts';
import { floatsOf } from './fill.ts';
import { fromBrain, fromHalf, toBrain, toHalf } from './vector-bytes.ts';

/** Into what numbers vectors can be changed; `uint8` has no negative ones, and nothing becomes more exact as `float64`. */
export const REDUCED_DATATYPES: readonly ReducedDatatype[] = ['float32', 'float16', 'bfloat16', 'int8', 'bit'];
export type ReducedDatatype = Exclude<Datatype, 'float64' | 'uint8'>;

/** How vectors are made smaller. */
export interface Reduction {
  /** The first so many are kept, and scaled to length 1: what models trained for it (Matryoshka) are made for. */
  readonly dimensions?: number | undefined;
  /** `int8` scales each vector so that its largest number becomes 127; `bit` keeps whether a number is above 0. */
  readonly datatype?: ReducedDatatype | undefined;
  /** Name of the vector, in the source. @default the only dense one */
  readonly vector?: string | undefined;
}

/** As the plan has it: of which vector is known. */
export type PlannedReduction = Reduction & { readonly vector: string };

/** @throws ValidationError for what is no reduction */
export function checkReduction({ dimensions, datatype }: Reduction): void {
  if (dimensions === undefined && datatype === undefined) {
    throw new ValidationError('reduce says nothing to make smaller: give it dimensions, a datatype, or both.');
  }
  if (dimensions !== undefined && !(Number.isInteger(dimensions) && dimensions >= 1)) {
    throw new ValidationError(`dimensions must be a whole number of at least 1, but is ${dimensions}.`);
  }
  if (datatype !== undefined && !REDUCED_DATATYPES.includes(datatype)) {
    throw new ValidationError(
      `Vectors cannot be changed to "${datatype}". Choose one of ${REDUCED_DATATYPES.join(', ')}.`,
    );
  }
}

/** The same for the same vector on every machine; a text says why there is none. */
export function reduceVector(vector: DenseVector, reduction: Reduction): Float32Array | string {
  const cut = cutVector(vector, reduction.dimensions);
  if (typeof cut === 'string') return cut;
  const changed = retype(cut, reduction.datatype);
  const bad = changed.findIndex((value) => !Number.isFinite(value));
  if (bad !== -1) return `component ${bad} is ${vector[bad]}, which ${reduction.datatype ?? 'float32'} cannot hold`;
  if (reduction.datatype !== 'bit' && isZero(changed) && !isZero(vector))
    return 'nothing but zeros would be left of it';
  return changed;
}

/** One that has so many dimensions already stays as it is. */
function cutVector(vector: DenseVector, dimensions: number | undefined): Float32Array | string {
  if (dimensions === undefined || vector.length === dimensions) return floatsOf(vector);
  if (vector.length < dimensions) return `it has ${vector.length} dimensions, and cannot be cut to ${dimensions}`;
  const kept = floatsOf(vector.slice(0, dimensions));
  const length = lengthOf(kept);
  return length === 0 ? kept : kept.map((value) => value / length);
}

function retype(vector: Float32Array, datatype: ReducedDatatype | undefined): Float32Array {
  switch (datatype) {
    case 'float16':
      return vector.map((value) => fromHalf(toHalf(value)));
    case 'bfloat16':
      return vector.map((value) => fromBrain(toBrain(value)));
    case 'int8': {
      const largest = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      // Not minus zero, which no integer is.
      return largest === 0 ? vector : vector.map((value) => Math.round((value / largest) * 127) + 0);
    }
    case 'bit':
      return vector.map((value) => (value > 0 ? 1 : 0));
    default:
      return vector;
  }
}
