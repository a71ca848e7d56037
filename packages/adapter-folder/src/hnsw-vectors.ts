import { damaged } from './errors.ts';
import type { RandomFile } from './random-file.ts';

/** The six numbers at the beginning of an index of hnswlib; what follows them is about links. */
export const HNSW_NUMBERS_BYTES: number = 6 * 8;
const MOST_ELEMENTS = 2 ** 32;

/** The vectors in an index of hnswlib, by their labels: https://github.com/nmslib/hnswlib, `saveIndex`. */
export class HnswVectors {
  readonly elements: number;
  readonly dimension: number;
  readonly #data: RandomFile;
  readonly #dataAt: number;
  readonly #bytesPerElement: number;
  readonly #offsetOfVector: number;
  readonly #offsetOfLabel: number;
  #positions: Map<number, number> | undefined;

  /** `numbers` are of the file `path`; the elements lie in `data`, from `dataAt` on. */
  constructor(path: string, numbers: Buffer, data: RandomFile, dataAt: number) {
    const [, , elements = 0, bytesPerElement = 0, offsetOfLabel = 0, offsetOfVector = 0] = Array.from(
      { length: 6 },
      (_, at) => Number(numbers.readBigUInt64LE(8 * at)),
    );
    this.elements = elements;
    this.dimension = (offsetOfLabel - offsetOfVector) / 4;
    this.#bytesPerElement = bytesPerElement;
    this.#offsetOfLabel = offsetOfLabel;
    this.#offsetOfVector = offsetOfVector;
    this.#data = data;
    this.#dataAt = dataAt;
    const fits = elements < MOST_ELEMENTS && Number.isInteger(this.dimension) && this.dimension > 0;
    if (!fits || bytesPerElement !== offsetOfLabel + 8) throw damaged(path, 'its numbers do not fit each other');
    const needed = dataAt + elements * bytesPerElement;
    if (data.size < needed) {
      throw damaged(data.path, `it ends at ${data.size} bytes, and its ${elements} vectors need ${needed}`);
    }
  }

  /** Where the vector with this label lies among the others; `undefined` where there is none. */
  positionOf(label: number): number | undefined {
    this.#positions ??= this.#readLabels();
    return this.#positions.get(label);
  }

  at(position: number): Float32Array {
    const place = this.#dataAt + position * this.#bytesPerElement + this.#offsetOfVector;
    const bytes = this.#data.read(place, 4 * this.dimension);
    return new Float32Array(bytes.buffer, bytes.byteOffset, this.dimension);
  }

  #readLabels(): Map<number, number> {
    const positions = new Map<number, number>();
    for (let position = 0; position < this.elements; position += 1) {
      const place = this.#dataAt + position * this.#bytesPerElement + this.#offsetOfLabel;
      positions.set(Number(this.#data.glance(place, 8).readBigUInt64LE()), position);
    }
    return positions;
  }
}
