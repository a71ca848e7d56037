import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { damaged } from '../errors.ts';
import type { Database } from '../sqlite.ts';
import type { ChromaCollection } from './catalog.ts';
import { HnswFiles } from './hnsw.ts';
import { readIndexMetadata, type IndexMetadata } from './index-metadata.ts';
import { Queue } from './queue.ts';
import { sequenceOf } from './values.ts';

/** How far a vector of the queue may be from that of the index and still be the same: cosine divides and multiplies in float32. */
const SAME = 1e-5;

/** Either the vector of a record, or why it has none. */
export type Found = Float32Array | string;

/** The vectors of one collection, from the index and from the queue. */
export class Vectors {
  readonly #index: HnswFiles | undefined;
  readonly #labels: IndexMetadata['labels'] | undefined;
  readonly #queue: Queue;
  readonly #indexedUpTo: number;

  constructor(folder: string, database: Database, collection: ChromaCollection) {
    const { vectorSegment, metric } = collection;
    const place = vectorSegment === undefined ? undefined : join(folder, vectorSegment);
    const pickle = place === undefined ? undefined : join(place, 'index_metadata.pickle');
    const said = vectorSegment === undefined ? undefined : saidSequence(database, vectorSegment);
    const isThere = pickle !== undefined && existsSync(pickle);
    // An index that was never written down has no pickle; the database says of one that was.
    if (!isThere && pickle !== undefined && said !== undefined) {
      throw damaged(pickle, 'the file is missing, and with it which vector is whose');
    }
    const metadata = isThere ? readIndexMetadata(pickle) : undefined;
    this.#index = isThere && place !== undefined ? new HnswFiles(place, metric === 'cosine') : undefined;
    this.#labels = metadata?.labels;
    this.#indexedUpTo = metadata === undefined ? -1 : (said ?? metadata.sequence ?? -1);
    this.#queue = new Queue(database, collection.id, this.#indexedUpTo, (id) => this.#labels?.get(id) !== undefined);
  }

  get dimension(): number | undefined {
    return this.#index?.dimension;
  }

  get paths(): readonly string[] {
    return this.#index?.paths ?? [];
  }

  /** The last entry of the queue that is about this collection; 0 where there is none. */
  get lastQueued(): number {
    return this.#queue.last;
  }

  of(id: string): Found {
    const entry = this.#queue.entryOf(id);
    const label = this.#labels?.get(id);
    if (entry === 'gone') return 'its vector was deleted, as the queue says, though its metadata is there';
    const queued = entry === undefined ? undefined : this.#queue.vector(entry);
    if (entry !== undefined && queued !== undefined && (entry > this.#indexedUpTo || label === undefined))
      return queued;
    const indexed = label === undefined ? undefined : this.#index?.vector(label);
    if (indexed === undefined) {
      return label === undefined
        ? 'the index has no vector of it, nor has the queue: Chroma lost it'
        : `the index has no vector with its label ${label}`;
    }
    // What the queue still has is what was added, to the bit.
    return queued !== undefined && isSame(queued, indexed) ? queued : indexed;
  }

  close(): void {
    this.#index?.close();
  }
}

function saidSequence(database: Database, segment: string): number | undefined {
  const [row] = database.all('SELECT seq_id FROM max_seq_id WHERE segment_id = ?', segment);
  return sequenceOf(row?.['seq_id']);
}

function isSame(left: Float32Array, right: Float32Array): boolean {
  if (left.length !== right.length) return false;
  const size = left.reduce((most, component) => Math.max(most, Math.abs(component)), 0);
  return left.every((component, at) => Math.abs(component - (right[at] ?? 0)) <= size * SAME);
}
