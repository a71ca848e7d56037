import {
  checkList,
  checkObject,
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
 * themselves, and the payloads by another endpoint and the plain `JSON.parse`.
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
  for (const [vector, schema] of Object.entries(describeInfo(name, info, []).vectors)) {
    const metric = schema.kind === 'dense' ? schema.metric : undefined;
    const apart = metric === undefined ? undefined : APART[metric];
    const probe = Object.hasOwn(probes, vector) ? probes[vector] : undefined;
    if (metric === undefined || apart === undefined || probe === undefined) continue;
    // It scales the probe as it does vectors, and rounds it again: the score is that of other numbers.
    if (metric === 'cosine' && schema.kind === 'dense' && (schema.datatype ?? 'float32') !== 'float32') {
      unwitnessed.push(`the vector "${vector}", which is compared by cosine in fewer bits`);
      continue;
    }
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
  const records = (await ask({ with_payload: true })).map((point): WitnessedRecord => {
    const id = String(point.id);
    const { shardKeyField } = names;
    return {
      id,
      ...witnessedRow(point.payload ?? {}, { document: names.documentKey }),
      ...(shardKeyField !== undefined && { skipped: [shardKeyField] }),
      distances: distances.get(id) ?? {},
    };
  });
  return { by: BY, records, metrics, unwitnessed };
}

const BY = 'exact scores of Qdrant against a probe, and the plain JSON.parse of its query endpoint';
