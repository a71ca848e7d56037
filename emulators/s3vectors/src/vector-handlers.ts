import { distance, isMetadataArray, isMetadataObject, type MetadataValue } from '@vsm/core/adapter';
import type { Handler } from './index-handlers.ts';
import { invalid } from './problem.ts';
import { indexOf, type Body, type VectorIndex } from './state.ts';
import { readVector, type StoredVector } from './vectors.ts';

const [MOST_PUT, MOST_GET, MOST_LISTED, MOST_NEAR, MOST_SEGMENTS] = [500, 100, 1000, 100, 16];
const PAGE = 500;
/** A page stops at so many bytes, whatever was asked for. */
const PAGE_BYTES = 1024 * 1024;

export const putVectors: Handler = (state, body) => {
  const { index } = indexOf(state, body);
  const given = listAt(body, 'vectors', MOST_PUT);
  index.put(given.map((vector, at) => readVector(vector, at, index.shape)));
  return {};
};

export const getVectors: Handler = (state, body) => {
  const { index } = indexOf(state, body);
  const found = keysAt(body, MOST_GET).flatMap((key) => index.vectors.get(key) ?? []);
  return { vectors: found.map((vector) => printVector(vector, body)) };
};

export const deleteVectors: Handler = (state, body) => {
  const { index } = indexOf(state, body);
  index.delete(keysAt(body, MOST_PUT));
  return {};
};

export const listVectors: Handler = (state, body) => {
  const { index } = indexOf(state, body);
  const most = body['maxResults'] ?? PAGE;
  if (typeof most !== 'number' || most < 1 || most > MOST_LISTED) {
    throw invalid('maxResults', `maxResults must be between 1 and ${MOST_LISTED}`);
  }
  const { segmentCount: count = 1, segmentIndex: segment = 0, nextToken } = body;
  if ((body['segmentCount'] === undefined) !== (body['segmentIndex'] === undefined)) {
    throw invalid('segmentIndex', 'segmentCount and segmentIndex must be given together');
  }
  if (
    typeof count !== 'number' ||
    typeof segment !== 'number' ||
    count < 1 ||
    count > MOST_SEGMENTS ||
    segment >= count
  ) {
    throw invalid('segmentIndex', `segmentIndex must be below segmentCount, which is at most ${MOST_SEGMENTS}`);
  }
  const after = nextToken === undefined ? undefined : readToken(nextToken, index);
  const rest = index
    .listed()
    .filter((vector) => vector.place % count === segment && (after === undefined || isBehind(vector, after)));
  const page: StoredVector[] = [];
  let bytes = 0;
  for (const vector of rest) {
    if (page.length === most || bytes > PAGE_BYTES) break;
    page.push(vector);
    bytes += vector.bytes;
  }
  const last = page.at(-1);
  return {
    vectors: page.map((vector) => printVector(vector, body)),
    ...(last !== undefined && page.length < rest.length && { nextToken: printToken(last, index) }),
  };
};

export const queryVectors: Handler = (state, body) => {
  const { index } = indexOf(state, body);
  const { topK, queryVector, returnDistance } = body;
  if (typeof topK !== 'number' || topK < 1 || topK > MOST_NEAR)
    throw invalid('topK', `topK must be between 1 and ${MOST_NEAR}`);
  const given = queryVector !== undefined && isMetadataObject(queryVector) ? queryVector['float32'] : undefined;
  const vector = given !== undefined && isMetadataArray(given) ? given.map(Number) : [];
  const { dimension, metric } = index.shape;
  if (vector.length !== dimension) throw invalid('queryVector', `queryVector must have length ${dimension}`);
  const near = index
    .listed()
    .map((one) => ({ one, score: distance(metric, vector, one.data) }))
    .toSorted((left, right) => left.score - right.score)
    .slice(0, topK);
  const { returnMetadata = false } = body;
  return {
    distanceMetric: metric,
    vectors: near.map(({ one, score }) => ({
      ...printVector(one, { returnMetadata }),
      ...(returnDistance === true && { distance: score }),
    })),
  };
};

function printVector({ key, data, metadata }: StoredVector, { returnData, returnMetadata }: Body): object {
  return {
    key,
    ...(returnData === true && { data: { float32: Array.from(data) } }),
    ...(returnMetadata === true && { metadata: metadata ?? {} }),
  };
}

interface Place {
  readonly place: number;
  readonly key: string;
}

const isBehind = (one: Place, other: Place): boolean =>
  one.place > other.place || (one.place === other.place && one.key > other.key);

function printToken({ place, key }: Place, { name, createdAt }: VectorIndex): string {
  return Buffer.from(JSON.stringify({ place, key, name, createdAt })).toString('base64url');
}

function readToken(token: MetadataValue, index: VectorIndex): Place {
  try {
    const read = JSON.parse(Buffer.from(typeof token === 'string' ? token : '', 'base64url').toString()) as Place &
      Record<string, unknown>;
    if (read['name'] === index.name && read['createdAt'] === index.createdAt) return read;
  } catch {
    // Said below.
  }
  throw invalid('nextToken', 'Invalid nextToken');
}

function listAt(body: Body, name: string, most: number): readonly MetadataValue[] {
  const list = body[name] ?? null; // own key: of a parsed body
  if (isMetadataArray(list) && list.length >= 1 && list.length <= most) return list;
  throw invalid(name, `Member must have length between 1 and ${most}`);
}

const keysAt = (body: Body, most: number): string[] =>
  listAt(body, 'keys', most).map((key) => (typeof key === 'string' ? key : ''));
