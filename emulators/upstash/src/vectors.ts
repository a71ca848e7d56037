import { isMetadataArray, isMetadataObject, type MetadataValue } from '@vsm/core/adapter';
import { Problem } from './problem.ts';
import type { Body, IndexState, Sparse, StoredVector } from './state.ts';

const METADATA_BYTES = 48 * 1024;

/** @throws Problem for what the service refuses. */
export function readVector(value: MetadataValue, index: IndexState): StoredVector {
  if (!isMetadataObject(value)) throw new Problem(422, 'a vector must be an object');
  const { id, vector = null, sparseVector = null, metadata = null, data = null } = value;
  if ((typeof id !== 'string' && typeof id !== 'number') || id === '') throw new Problem(422, 'id is required');
  if (metadata !== null && !isMetadataObject(metadata)) throw new Problem(422, 'metadata must be an object');
  if (metadata !== null && Buffer.byteLength(JSON.stringify(metadata)) > METADATA_BYTES) {
    throw new Problem(422, `metadata of ${id} is over ${METADATA_BYTES} bytes`);
  }
  if (data !== null && typeof data !== 'string') throw new Problem(422, 'data must be a string');
  return {
    id: String(id),
    vector: readDense(vector, index),
    sparse: readSparse(sparseVector, index),
    metadata: metadata ?? undefined,
    data: data ?? undefined,
  };
}

export function readDense(value: MetadataValue, { kind, dimension }: IndexState): Float32Array | undefined {
  if (kind === 'SPARSE') {
    if (value !== null) throw new Problem(422, 'This index takes sparse vectors only');
    return undefined;
  }
  if (!isMetadataArray(value)) throw new Problem(422, 'This index requires dense vectors');
  const floats = Float32Array.from(value, Number);
  if (floats.length !== dimension) {
    throw new Problem(422, `Invalid vector dimension: ${floats.length}, expected: ${dimension}`);
  }
  if (!floats.every(Number.isFinite)) throw new Problem(422, 'Invalid vector value');
  return floats;
}

export function readSparse(value: MetadataValue, { kind }: IndexState): Sparse | undefined {
  if (kind === 'DENSE') {
    if (value !== null) throw new Problem(422, 'This index takes dense vectors only');
    return undefined;
  }
  const { indices = null, values = null } = isMetadataObject(value) ? value : {};
  if (
    !isMetadataArray(indices) ||
    !isMetadataArray(values) ||
    indices.length !== values.length ||
    indices.length === 0
  ) {
    throw new Problem(422, 'This index requires sparse vectors');
  }
  const places = indices.map(Number);
  if (places.some((place) => !Number.isInteger(place) || place < 0 || place > 2 ** 31 - 1)) {
    throw new Problem(422, 'Invalid sparse index');
  }
  return { indices: places, values: Float32Array.from(values, Number) };
}

export function printVector(
  { id, vector, sparse, metadata, data }: StoredVector,
  { includeVectors, includeMetadata, includeData }: Body,
): { readonly [key: string]: MetadataValue } {
  return {
    id,
    ...(includeVectors === true && vector !== undefined && { vector: Array.from(vector) }),
    ...(includeVectors === true &&
      sparse !== undefined && { sparseVector: { indices: sparse.indices, values: Array.from(sparse.values) } }),
    ...(includeMetadata === true && metadata !== undefined && { metadata }),
    ...(includeData === true && data !== undefined && { data }),
  };
}
