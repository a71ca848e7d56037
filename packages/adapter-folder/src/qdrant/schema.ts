import { isMetadataObject, own, type Datatype, type Metadata, type Metric, type VectorSchema } from '@vsm/core/adapter';
import { entriesAt } from '../entries-at.ts';

const METRICS = new Map<unknown, Metric>([
  ['Cosine', 'cosine'],
  ['Euclid', 'euclidean'],
  ['Dot', 'dot'],
  ['Manhattan', 'manhattan'],
]);
const DATATYPES: readonly Datatype[] = ['float32', 'float16', 'uint8'];

/** The vectors of a collection, as `meta.json` has them. */
export function vectorsOf(config: Metadata): Readonly<Record<string, VectorSchema>> {
  const vectors = entriesAt(config, 'vectors');
  const dense = own(vectors, 'size') === undefined ? Object.entries(vectors) : [['', vectors] as const];
  const sparse = Object.entries(entriesAt(config, 'sparse_vectors'));
  return Object.fromEntries([
    ...dense.map(([name, value]) => [name, denseOf(isMetadataObject(value) ? value : {})] as const),
    ...sparse.map(([name, value]) => [name, sparseOf(isMetadataObject(value) ? value : {})] as const),
  ]);
}

function denseOf(config: Metadata): VectorSchema {
  const size = own(config, 'size');
  const distance = own(config, 'distance');
  const multi = own(config, 'multivector_config') ?? null;
  return {
    kind: multi === null ? 'dense' : 'multi',
    dimension: typeof size === 'number' ? size : undefined,
    metric: METRICS.get(distance),
    datatype: DATATYPES.find((type) => type === own(config, 'datatype')),
  };
}

function sparseOf(config: Metadata): VectorSchema {
  return own(config, 'modifier') === 'idf' ? { kind: 'sparse', modifier: 'idf' } : { kind: 'sparse' };
}
