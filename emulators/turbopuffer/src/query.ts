import { distance, float, isMetadataArray, isMetadataObject, type MetadataValue } from '@vsm/core/adapter';
import { compileFilter } from './filter.ts';
import type { Namespace, Row } from './namespace.ts';
import { Problem } from './problem.ts';
import type { Body } from './state.ts';
import { vectorLength } from './types.ts';

const MOST = 10_000;

/** `POST /v2/namespaces/:namespace/query`: https://turbopuffer.com/docs/query. */
export function query(namespace: Namespace, body: Body): MetadataValue {
  const test = compileFilter(body['filters'], namespace);
  const found = namespace.rows().filter(test);
  const aggregates = body['aggregate_by'];
  if (aggregates !== undefined && isMetadataObject(aggregates)) {
    return { aggregations: Object.fromEntries(Object.keys(aggregates).map((name) => [name, found.length])) };
  }
  const limit = readLimit(body);
  const [by, how, wanted] = listOf(body['rank_by']);
  if (by === 'id' && (how === 'asc' || how === 'desc')) {
    const ordered = how === 'asc' ? found : found.toReversed();
    return { rows: ordered.slice(0, limit).map((row) => printRow(namespace, row, body)) };
  }
  const type = typeof by === 'string' ? namespace.schema.get(by) : undefined;
  if (
    typeof by !== 'string' ||
    type === undefined ||
    vectorLength(type.type) === undefined ||
    (how !== 'ANN' && how !== 'kNN')
  ) {
    throw new Problem(400, 'invalid rank_by');
  }
  const vector = listOf(wanted).map(Number);
  if (vector.length !== vectorLength(type.type))
    throw new Problem(400, `the query vector has ${vector.length} dimensions`);
  const metric = type.ann?.distance_metric === 'euclidean_squared' ? 'euclidean' : 'cosine';
  const ranked = found
    .map((row) => ({ row, score: distance(metric, vector, row.vectors.get(by) ?? []) }))
    .toSorted((left, right) => left.score - right.score)
    .slice(0, limit);
  return {
    rows: ranked.map(({ row, score }) => ({
      ...printRow(namespace, row, body),
      $dist: float(metric === 'euclidean' ? score ** 2 : score),
    })),
  };
}

function readLimit(body: Body): number {
  const given = body['limit'] ?? body['top_k'];
  const limit = Number(given !== undefined && isMetadataObject(given) ? given['total'] : given);
  if (Number.isInteger(limit) && limit >= 1 && limit <= MOST) return limit;
  throw new Problem(400, `limit must be between 1 and ${MOST}`);
}

function printRow(namespace: Namespace, row: Row, body: Body): { readonly [key: string]: MetadataValue } {
  const { include_attributes: include = false, exclude_attributes: exclude, vector_encoding: encoding } = body;
  const wants = (name: string): boolean =>
    isMetadataArray(exclude ?? null)
      ? !listOf(exclude).includes(name)
      : include === true || listOf(include).includes(name);
  const vectors = namespace.vectors().flatMap(([name]): [string, MetadataValue][] => {
    const vector = row.vectors.get(name);
    return vector === undefined || !wants(name) ? [] : [[name, printVector(vector, encoding === 'base64')]];
  });
  return {
    id: row.id,
    ...Object.fromEntries(vectors),
    ...Object.fromEntries([...row.attributes].filter(([name]) => wants(name))),
  };
}

function printVector(vector: Float32Array, asBytes: boolean): MetadataValue {
  if (asBytes) return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64');
  return Array.from(vector);
}

const listOf = (value: MetadataValue | undefined): readonly MetadataValue[] =>
  value !== undefined && isMetadataArray(value) ? value : [];
