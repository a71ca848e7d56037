import { own } from '@vsm/core/adapter';
import type { Metric } from '@vsm/core/adapter';
import { damaged, unreadable } from '../errors.ts';
import { RandomFile } from '../random-file.ts';

/** Four letters, the dimension, the count, two numbers without meaning, whether it was trained, and the metric. */
const HEADER_BYTES = 4 + 4 + 8 + 8 + 8 + 1 + 4;
/** Flat indexes keep every vector as it was added. */
const FLAT = ['IxF2', 'IxFI', 'IxFl'];
const HNSW_FLAT = 'IHNf';
const MOST_VECTORS = 2 ** 40;

/** What others are called, for whoever has one: https://github.com/facebookresearch/faiss/blob/main/faiss/impl/index_write.cpp */
const OTHERS: Readonly<Record<string, string>> = {
  IxPq: 'IndexPQ, which keeps no vector as it was added',
  IxSQ: 'IndexScalarQuantizer, which keeps no vector as it was added',
  IwPQ: 'IndexIVFPQ, which keeps no vector as it was added',
  IwQR: 'IndexIVFPQR, which keeps no vector as it was added',
  IwSQ: 'IndexIVFScalarQuantizer, which keeps no vector as it was added',
  IwSq: 'IndexIVFScalarQuantizer, which keeps no vector as it was added',
  IHNp: 'IndexHNSWPQ, which keeps no vector as it was added',
  IHNs: 'IndexHNSWSQ, which keeps no vector as it was added',
  IxHe: 'IndexLSH, which keeps no vector as it was added',
  IwFl: 'IndexIVFFlat, whose vectors lie in lists by cluster',
  IxPT: 'IndexPreTransform, which changes vectors when they are added',
  IxMp: 'IndexIDMap',
  IxM2: 'IndexIDMap2',
};

/** A file that `faiss.write_index` wrote, of a kind that keeps vectors as they were added. */
export class FaissIndex {
  readonly dimension: number;
  readonly count: number;
  readonly metric: Metric | undefined;
  readonly #file: RandomFile;
  readonly #vectorsAt: number;

  /** @throws VsmError naming the kind of another index */
  constructor(path: string) {
    this.#file = new RandomFile(path);
    const first = this.#header(0);
    const flatAt = first.kind === HNSW_FLAT ? this.#afterGraph(first.end) : 0;
    const flat = this.#header(flatAt);
    if (!FLAT.includes(flat.kind)) {
      const kind = flat.kind.replaceAll(/[^\x20-\x7e]/g, '?');
      throw unreadable(
        path,
        `its index is ${own(OTHERS, flat.kind) ?? `of the kind "${kind}"`}. Read are IndexFlatL2, IndexFlatIP and IndexHNSWFlat; add the texts to one of these again.`,
      );
    }
    this.dimension = flat.dimension;
    this.count = flat.count;
    this.metric = flat.metric;
    const components = Number(this.#file.read(flat.end, 8).readBigUInt64LE());
    this.#vectorsAt = flat.end + 8;
    if (components !== this.count * this.dimension) throw damaged(path, 'its numbers do not fit each other');
    const needed = this.#vectorsAt + 4 * components;
    if (this.#file.size < needed) {
      throw damaged(path, `it ends at ${this.#file.size} bytes, and its ${this.count} vectors need ${needed}`);
    }
  }

  at(place: number): Float32Array {
    const bytes = this.#file.read(this.#vectorsAt + 4 * this.dimension * place, 4 * this.dimension);
    return new Float32Array(bytes.buffer, bytes.byteOffset, this.dimension);
  }

  close(): void {
    this.#file.close();
  }

  #header(at: number): { kind: string; dimension: number; count: number; metric: Metric | undefined; end: number } {
    const bytes = this.#file.read(at, HEADER_BYTES);
    const metric = bytes.readInt32LE(HEADER_BYTES - 4);
    const count = Number(bytes.readBigInt64LE(8));
    if (count < 0 || count > MOST_VECTORS) throw damaged(this.#file.path, 'it is no index of FAISS, or a damaged one');
    return {
      kind: bytes.toString('latin1', 0, 4),
      dimension: bytes.readInt32LE(4),
      count,
      metric: metric === 0 ? 'dot' : metric === 1 ? 'euclidean' : undefined,
      // Metrics beyond these two have an argument.
      end: at + HEADER_BYTES + (metric > 1 ? 4 : 0),
    };
  }

  /** A graph is five lists and five numbers; behind it comes the index that has the vectors. */
  #afterGraph(start: number): number {
    let at = start;
    for (const bytesEach of [8, 4, 4, 8, 4]) at += 8 + bytesEach * Number(this.#file.read(at, 8).readBigUInt64LE());
    return at + 5 * 4;
  }
}
