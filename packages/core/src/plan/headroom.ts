import { stringifyJson } from '../json/json.ts';
import { isMulti, isSparse, type Vector, type VectorRecord, own } from '../spec/record.ts';
import type { CollectionSchema, StoreRoom, VectorSchema } from '../spec/v1.ts';
import { DATATYPE_BITS } from './existing.ts';

/** What the target will need for the records to come, in bytes, extrapolated from the sample. Stores add their own overhead. */
export interface Headroom {
  /** At the datatype that the target keeps them in, and quantized ones beside them. */
  readonly vectorBytes: number;
  /** Ids, documents and metadata, as UTF-8 JSON. */
  readonly metadataBytes: number;
  /** Of an HNSW graph over each dense vector, where the target builds one. */
  readonly indexBytes: number;
  /** Of all of it, as often as the target keeps it. */
  readonly totalBytes: number;
  /** Of that, what is in memory while it is searched; absent where the target does not tell. */
  readonly memoryBytes?: number | undefined;
  /** What the target reports as free. */
  readonly freeDiskBytes?: number | undefined;
  readonly freeMemoryBytes?: number | undefined;
  /** What the numbers rest on. */
  readonly basis?: string | undefined;
}

/** What Qdrant, pgvector, Chroma and LanceDB build unless told otherwise. */
const USUAL_LINKS = 16;

/** An HNSW graph keeps up to 2 x m links of 4 bytes on its ground layer, and a sixteenth of that again above it. */
const graphBytes = (links: number): number => Math.round(2 * links * 4 * (17 / 16));

/**
 * @param sample records as they will be stored
 * @param room what the target tells of itself
 */
export function headroom(
  sample: readonly VectorRecord[],
  schema: CollectionSchema,
  totalVectors: number,
  room?: StoreRoom,
): Headroom {
  const { graphLinks = USUAL_LINKS, quantizedBits = 0, vectorsInMemory, copies = 1 } = room ?? {};
  const sums = { vectors: 0, quantized: 0, metadata: 0, index: 0 };
  for (const { id, metadata, document, vectors } of sample) {
    sums.metadata +=
      Buffer.byteLength(stringifyJson(metadata)) + Buffer.byteLength(id) + Buffer.byteLength(document ?? '');
    for (const [name, vector] of Object.entries(vectors)) {
      const planned = own(schema.vectors, name);
      sums.vectors += storedBytes(vector, planned);
      if (isSparse(vector)) continue;
      sums.index += graphBytes(graphLinks);
      sums.quantized += (componentsOf(vector) * quantizedBits) / 8;
    }
  }
  const scale = (bytes: number): number => Math.round((bytes / Math.max(1, sample.length)) * totalVectors);
  const [exact, quantized, indexBytes] = [scale(sums.vectors), scale(sums.quantized), scale(sums.index)];
  const metadataBytes = scale(sums.metadata);
  const inMemory = vectorsInMemory === undefined ? undefined : indexBytes + quantized + (vectorsInMemory ? exact : 0);
  return {
    vectorBytes: exact + quantized,
    metadataBytes,
    indexBytes,
    totalBytes: copies * (exact + quantized + metadataBytes + indexBytes),
    memoryBytes: inMemory === undefined ? undefined : copies * inMemory,
    freeDiskBytes: room?.freeDiskBytes,
    freeMemoryBytes: room?.freeMemoryBytes,
    basis: basisOf(room),
  };
}

function basisOf({ graphLinks, quantizedBits = 0, copies = 1 }: StoreRoom = {}): string {
  return [
    graphLinks === undefined
      ? `an HNSW graph with m = ${USUAL_LINKS}, as is usual: the target does not tell of its own`
      : graphLinks === 0
        ? 'no graph'
        : `an HNSW graph with m = ${graphLinks}`,
    ...(quantizedBits === 0 ? [] : [`quantized vectors of ${quantizedBits} bits a number`]),
    ...(copies === 1 ? [] : [`${copies} copies`]),
  ].join(', ');
}

/** One sentence for each kind of room of which the target reports less than is needed. */
export function shortOfRoom({ totalBytes, memoryBytes = 0, freeDiskBytes, freeMemoryBytes }: Headroom): string[] {
  const short = (kind: string, needed: number, free: number | undefined): string[] =>
    free === undefined || free >= needed
      ? []
      : [
          `the target has too little ${kind}: about ${megabytes(needed)} MB are needed, and it reports ${megabytes(free)} MB free`,
        ];
  return [...short('disk', totalBytes, freeDiskBytes), ...short('memory', memoryBytes, freeMemoryBytes)];
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);

function componentsOf(vector: Exclude<Vector, { indices: unknown }>): number {
  return isMulti(vector) ? vector.rows.reduce((total, row) => total + row.length, 0) : vector.length;
}

function storedBytes(vector: Vector, schema: VectorSchema | undefined): number {
  if (isSparse(vector)) return vector.indices.length * 8;
  const datatype = schema === undefined || schema.kind === 'sparse' ? undefined : schema.datatype;
  return (componentsOf(vector) * DATATYPE_BITS[datatype ?? 'float32']) / 8;
}
