import { join } from 'node:path';
import { damaged } from '../errors.ts';
import { RandomFile } from '../random-file.ts';

/** The version and six numbers; what follows is about links. */
const HEADER_BYTES = 4 + 6 * 8;
const MOST_ELEMENTS = 2 ** 32;

/** The index of a segment: `header.bin` says where in `data_level0.bin` the vectors lie, `length.bin` has what cosine took from them. */
export class HnswFiles {
  readonly elements: number;
  readonly dimension: number;
  readonly #data: RandomFile;
  readonly #lengths: RandomFile | undefined;
  readonly #bytesPerElement: number;
  readonly #offsetOfVector: number;
  readonly #offsetOfLabel: number;
  #positions: Map<number, number> | undefined;

  constructor(folder: string, isCosine: boolean) {
    const headerPath = join(folder, 'header.bin');
    const header = new RandomFile(headerPath);
    const bytes = header.read(0, HEADER_BYTES);
    header.close();
    const version = bytes.readUInt32LE(0);
    if (version !== 1) throw damaged(headerPath, `it is of version ${version}, and 1 is read`);
    const number = (at: number): number => Number(bytes.readBigUInt64LE(4 + 8 * at));
    this.elements = number(2);
    this.#bytesPerElement = number(3);
    this.#offsetOfLabel = number(4);
    this.#offsetOfVector = number(5);
    this.dimension = (this.#offsetOfLabel - this.#offsetOfVector) / 4;
    const fits =
      this.elements < MOST_ELEMENTS &&
      Number.isInteger(this.dimension) &&
      this.dimension > 0 &&
      this.#bytesPerElement === this.#offsetOfLabel + 8;
    if (!fits) throw damaged(headerPath, 'its numbers do not fit each other');
    this.#data = new RandomFile(join(folder, 'data_level0.bin'));
    const needed = this.elements * this.#bytesPerElement;
    if (this.#data.size < needed) {
      throw damaged(this.#data.path, `it ends at ${this.#data.size} bytes, and its ${this.elements} vectors need ${needed}`);
    }
    this.#lengths = isCosine ? new RandomFile(join(folder, 'length.bin')) : undefined;
  }

  get paths(): readonly string[] {
    return [this.#data.path, ...(this.#lengths === undefined ? [] : [this.#lengths.path])];
  }

  /** The vector with this label; `undefined` where there is none. Of a cosine index, as Chroma itself gives it back. */
  vector(label: number): Float32Array | undefined {
    this.#positions ??= this.#readLabels();
    const position = this.#positions.get(label);
    if (position === undefined) return undefined;
    const bytes = this.#data.read(position * this.#bytesPerElement + this.#offsetOfVector, 4 * this.dimension);
    const vector = new Float32Array(bytes.buffer, bytes.byteOffset, this.dimension);
    const length = this.#lengths?.glance(4 * position, 4).readFloatLE(0);
    return length === undefined ? vector : vector.map((component) => component * length);
  }

  close(): void {
    this.#data.close();
    this.#lengths?.close();
  }

  #readLabels(): Map<number, number> {
    const positions = new Map<number, number>();
    for (let position = 0; position < this.elements; position += 1) {
      const label = this.#data.glance(position * this.#bytesPerElement + this.#offsetOfLabel, 8).readBigUInt64LE();
      positions.set(Number(label), position);
    }
    return positions;
  }
}
