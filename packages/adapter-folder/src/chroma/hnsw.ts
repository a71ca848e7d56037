import { join } from 'node:path';
import { damaged } from '../errors.ts';
import { HNSW_NUMBERS_BYTES, HnswVectors } from '../hnsw-vectors.ts';
import { RandomFile } from '../random-file.ts';

/** The index of a segment: `header.bin` says where in `data_level0.bin` the vectors lie, `length.bin` has what cosine took from them. */
export class HnswFiles {
  readonly #vectors: HnswVectors;
  readonly #data: RandomFile;
  readonly #lengths: RandomFile | undefined;

  constructor(folder: string, isCosine: boolean) {
    const path = join(folder, 'header.bin');
    const numbers = readNumbers(path);
    this.#data = new RandomFile(join(folder, 'data_level0.bin'));
    this.#vectors = new HnswVectors(path, numbers, this.#data, 0);
    this.#lengths = isCosine ? new RandomFile(join(folder, 'length.bin')) : undefined;
  }

  get dimension(): number {
    return this.#vectors.dimension;
  }

  get paths(): readonly string[] {
    return [this.#data.path, ...(this.#lengths === undefined ? [] : [this.#lengths.path])];
  }

  /** The vector with this label; `undefined` where there is none. Of a cosine index, as Chroma itself gives it back. */
  vector(label: number): Float32Array | undefined {
    const position = this.#vectors.positionOf(label);
    if (position === undefined) return undefined;
    const vector = this.#vectors.at(position);
    const length = this.#lengths?.glance(4 * position, 4).readFloatLE(0);
    return length === undefined ? vector : vector.map((component) => component * length);
  }

  close(): void {
    this.#data.close();
    this.#lengths?.close();
  }
}

/** Chroma puts a version before the numbers of hnswlib. */
function readNumbers(path: string): Buffer {
  const header = new RandomFile(path);
  try {
    const version = header.read(0, 4).readUInt32LE(0);
    if (version !== 1) throw damaged(path, `it is of version ${version}, and 1 is read`);
    return header.read(4, HNSW_NUMBERS_BYTES);
  } finally {
    header.close();
  }
}
