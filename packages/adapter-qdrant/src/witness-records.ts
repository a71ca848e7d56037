import {
  checkList,
  checkObject,
  own,
  setOwn,
  witnessedRow,
  type CallOptions,
  type JsonObject,
  type Metric,
  type RecordsRequest,
  type RecordsWitness,
  type WitnessedRecord,
} from '@vsm/core/adapter';
import type { CollectionContext } from './context.ts';
import { describeInfo } from './schema.ts';

interface ScoredPoint {
  readonly id: number | string;
  readonly score: number | null;
  readonly payload?: JsonObject | null;
  readonly vector?: unknown;
}

/** From a score to a distance. */
const APART: Partial<Readonly<Record<Metric, (score: number) => number>>> = {
  cosine: (score) => 1 - score,
  dot: (score) => -score,
  euclidean: (score) => score,
  manhattan: (score) => score,
};

/**
 * What the server says of single points: the scores that it computes against the probes, without an index and from the vectors
 * themselves, and the payloads by another endpoint and the plain `JSON.parse`. Vectors in fewer bits than float32 come with the payloads.
 */
export async function witnessRecords(
  context: CollectionContext,
  { ids, probes }: RecordsRequest,
  options: CallOptions | undefined,
): Promise<RecordsWitness> {
  const { client, path, name, names, info } = context;
  // Beyond 2^53 the plain JSON.parse takes an id for its neighbour.
  const asked = ids.flatMap((id): (number | string)[] =>
    /^\d+$/.test(id) ? (Number.isSafeInteger(Number(id)) ? [Number(id)] : []) : [id],
  );
  const ask = (question: object): Promise<readonly ScoredPoint[]> => {
    const body = JSON.stringify({ ...question, limit: asked.length, filter: { must: [{ has_id: asked }] } });
    const request = {
      method: 'POST',
      path: `${path}/points/query`,
      action: `witness records of "${name}"`,
      body,
    } as const;
    return client.bulk(request, options, (text) => {
      const { result } = checkObject(JSON.parse(text), 'the answer');
      return checkList(checkObject(result, 'the result')['points'], 'the points', asked.length).map(
        (point) => checkObject(point, 'a point') as unknown as ScoredPoint,
      );
    });
  };
  const unwitnessed = ['sparse vectors and multi-vectors'];
  if (asked.length < ids.length) unwitnessed.push('points whose ids are beyond 2^53');
  if (asked.length === 0) return { by: BY, records: [], metrics: {}, unwitnessed };
  const distances = new Map<string, Record<string, number>>();
  const metrics: Record<string, Metric> = {};
  const printed: string[] = [];
  for (const [vector, schema] of Object.entries(describeInfo(name, info, []).vectors)) {
    if (schema.kind !== 'dense') continue;
    // A probe is rounded as vectors are, and of few components products and differences are too: the score is that of other numbers.
    if ((schema.datatype ?? 'float32') !== 'float32') {
      printed.push(vector);
      continue;
    }
    const { metric } = schema;
    const apart = metric === undefined ? undefined : APART[metric];
    const probe = Object.hasOwn(probes, vector) ? probes[vector] : undefined;
    if (metric === undefined || apart === undefined || probe === undefined) continue;
    setOwn(metrics, vector, metric);
    const using = vector === '' ? {} : { using: vector };
    const params = { exact: true, quantization: { ignore: true } };
    for (const { id, score } of await ask({ query: probe, ...using, params, with_payload: false })) {
      if (score === null) continue;
      const found = distances.get(String(id)) ?? {};
      setOwn(found, vector, apart(score));
      distances.set(String(id), found);
    }
  }
  const records = (await ask({ with_payload: true, ...(printed.length > 0 && { with_vector: printed }) })).map(
    (point): WitnessedRecord => {
      const id = String(point.id);
      const { shardKeyField } = names;
      return {
        id,
        ...witnessedRow(point.payload ?? {}, { document: names.documentKey }),
        ...(shardKeyField !== undefined && { skipped: [shardKeyField] }),
        distances: distances.get(id) ?? {},
        ...(printed.length > 0 && { vectors: printedVectors(point.vector, printed) }),
      };
    },
  );
  return { by: BY, records, metrics, unwitnessed };
}

/** By name, where the unnamed one comes bare. */
function printedVectors(found: unknown, names: readonly string[]): Record<string, readonly number[]> {
  const byName = Array.isArray(found) ? { '': found } : checkObject(found ?? {}, 'the vectors of a point');
  const vectors: Record<string, readonly number[]> = {};
  for (const name of names) {
    const vector = own(byName as Record<string, readonly number[]>, name);
    if (vector !== undefined) setOwn(vectors, name, vector);
  }
  return vectors;
}

const BY = 'exact scores of Qdrant against a probe, and the plain JSON.parse of its query endpoint';
