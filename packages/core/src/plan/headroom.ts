import { stringifyJson } from '../json/json.ts';
import { isMulti, isSparse, type Vector, type VectorRecord, own } from '../spec/record.ts';
import type { CollectionSchema, VectorSchema } from '../spec/v1.ts';
import { DATATYPE_BITS } from './existing.ts';

/** What the target will need for the records to come, in bytes, extrapolated from the sample. Stores add their own overhead. */
export interface Headroom {
  /** At the datatype that the target keeps them in. */
  readonly vectorBytes: number;
  /** Ids, documents and metadata, as UTF-8 JSON. */
  readonly metadataBytes: number;
  /** Of an HNSW graph over each dense vector, where the target builds one. */
  readonly indexBytes: number;
  readonly totalBytes: number;
}

/**
 * An HNSW graph keeps up to 2 x m links of 4 bytes on its ground layer, and a sixteenth of that again above it. m = 16 is what
 * Qdrant, pgvector, Chroma and LanceDB build unless told otherwise.
 */
const GRAPH_BYTES = Math.round(2 * 16 * 4 * (17 / 16));

/** @param sample records as they will be stored */
export function headroom(sample: readonly VectorRecord[], schema: CollectionSchema, totalVectors: number): Headroom {
  const sums = { vectors: 0, metadata: 0, index: 0 };
  for (const { id, metadata, document, vectors } of sample) {
    sums.metadata +=
      Buffer.byteLength(stringifyJson(metadata)) + Buffer.byteLength(id) + Buffer.byteLength(document ?? '');
    for (const [name, vector] of Object.entries(vectors)) {
      const planned = own(schema.vectors, name);
      sums.vectors += storedBytes(vector, planned);
      if (!isSparse(vector)) sums.index += GRAPH_BYTES;
    }
  }
  const scale = (bytes: number): number => Math.round((bytes / Math.max(1, sample.length)) * totalVectors);
  const vectorBytes = scale(sums.vectors);
  const metadataBytes = scale(sums.metadata);
  const indexBytes = scale(sums.index);
  return { vectorBytes, metadataBytes, indexBytes, totalBytes: vectorBytes + metadataBytes + indexBytes };
}

function storedBytes(vector: Vector, schema: VectorSchema | undefined): number {
  if (isSparse(vector)) return vector.indices.length * 8;
  const datatype = schema === undefined || schema.kind === 'sparse' ? undefined : schema.datatype;
  const components = isMulti(vector) ? vector.rows.reduce((total, row) => total + row.length, 0) : vector.length;
  return (components * DATATYPE_BITS[datatype ?? 'float32']) / 8;
}
