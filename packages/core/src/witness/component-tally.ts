import { isDense, type DenseVector, type VectorRecord } from '../spec/record.ts';
import type { ValueMeasure } from '../spec/v1.ts';

/** Sums over the numbers of vectors. */
export class Components {
  #records = 0;
  #first = 0;
  #last = 0;

  add(vector: VectorRecord['vectors'][string]): void {
    this.#records += 1;
    if (!isDense(vector) || vector.length === 0) return;
    this.#first = (this.#first + bitsOf(vector, 0)) >>> 0;
    this.#last = (this.#last + bitsOf(vector, vector.length - 1)) >>> 0;
  }

  merge([records = 0, first = 0, last = 0]: readonly number[]): void {
    this.#records += records;
    this.#first = (this.#first + first) >>> 0;
    this.#last = (this.#last + last) >>> 0;
  }

  toJSON(): readonly number[] {
    return [this.#records, this.#first, this.#last];
  }

  figure(measure: ValueMeasure): number {
    return measure === 'first' ? this.#first : measure === 'last' ? this.#last : this.#records;
  }
}

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

function bitsOf(vector: DenseVector, at: number): number {
  float[0] = vector[at] as number;
  return bits[0] as number;
}
