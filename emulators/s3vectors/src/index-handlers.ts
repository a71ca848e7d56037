import { isMetadataArray, isMetadataObject } from '@vsm/core/adapter';
import { invalid, Problem } from './problem.ts';
import { bucketArn, bucketOf, indexArn, indexOf, textAt, VectorIndex, type Body, type State } from './state.ts';

export type Handler = (state: State, body: Body) => object;

const NAMES_AT_ONCE = 500;
const MOST_NON_FILTERABLE = 10;

export const createVectorBucket: Handler = (state, body) => {
  const name = textAt(body, 'vectorBucketName');
  if (!/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(name)) throw invalid('vectorBucketName', 'Invalid vector bucket name');
  if (state.buckets.has(name))
    throw new Problem('ConflictException', 'A vector bucket with the specified name already exists');
  state.buckets.set(name, new Map());
  return { vectorBucketArn: bucketArn(name) };
};

export const createIndex: Handler = (state, body) => {
  const { name: bucket, indexes } = bucketOf(state, body);
  const name = textAt(body, 'indexName');
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) throw invalid('indexName', 'Invalid index name');
  if (indexes.has(name)) throw new Problem('ConflictException', 'An index with the specified name already exists');
  const { dataType, dimension, distanceMetric: metric, metadataConfiguration: config = {} } = body;
  if (dataType !== 'float32') throw invalid('dataType', 'dataType must be float32');
  if (typeof dimension !== 'number' || !Number.isInteger(dimension) || dimension < 1 || dimension > 4096) {
    throw invalid('dimension', 'dimension must be between 1 and 4096');
  }
  if (metric !== 'cosine' && metric !== 'euclidean')
    throw invalid('distanceMetric', 'distanceMetric must be cosine or euclidean');
  const keys = isMetadataObject(config) ? (config['nonFilterableMetadataKeys'] ?? []) : [];
  const nonFilterable = isMetadataArray(keys) ? keys.map((key) => (typeof key === 'string' ? key : '')) : [];
  if (nonFilterable.length > MOST_NON_FILTERABLE || nonFilterable.some((key) => !/^.{1,63}$/s.test(key))) {
    throw invalid('metadataConfiguration', `at most ${MOST_NON_FILTERABLE} keys of 1 to 63 characters`);
  }
  indexes.set(name, new VectorIndex(name, { dimension, metric, nonFilterable }));
  return { indexArn: indexArn(bucket, name) };
};

export const getIndex: Handler = (state, body) => {
  const { bucket, index } = indexOf(state, body);
  const { dimension, metric, nonFilterable } = index.shape;
  return {
    index: {
      ...summary(bucket, index),
      dataType: 'float32',
      dimension,
      distanceMetric: metric,
      ...(nonFilterable.length > 0 && { metadataConfiguration: { nonFilterableMetadataKeys: nonFilterable } }),
      encryptionConfiguration: { sseType: 'AES256' },
    },
  };
};

export const listIndexes: Handler = (state, body) => {
  const { name, indexes } = bucketOf(state, body);
  const { maxResults } = body;
  const [prefix, nextToken] = [body['prefix'], body['nextToken']].map((one) => (typeof one === 'string' ? one : ''));
  const size = typeof maxResults === 'number' ? Math.min(maxResults, NAMES_AT_ONCE) : NAMES_AT_ONCE;
  const after = [...indexes.values()]
    .filter((index) => index.name.startsWith(prefix ?? '') && index.name > (nextToken ?? ''))
    .toSorted((left, right) => (left.name < right.name ? -1 : 1));
  const page = after.slice(0, size);
  return {
    indexes: page.map((index) => summary(name, index)),
    ...(after.length > size && { nextToken: page.at(-1)?.name }),
  };
};

export const deleteIndex: Handler = (state, body) => {
  const { index } = indexOf(state, body);
  bucketOf(state, body).indexes.delete(index.name);
  return {};
};

function summary(bucket: string, { name, createdAt }: VectorIndex): object {
  return { vectorBucketName: bucket, indexName: name, indexArn: indexArn(bucket, name), creationTime: createdAt };
}
