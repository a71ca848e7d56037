import {
  checkList,
  checkObject,
  own,
  WrongAnswer,
  type CollectionV1,
  type JsonObject,
  type Metric,
  type VectorSchema,
  type WitnessedRecord,
} from '@vsm/core/adapter';
import type { CollectionContext } from './context.ts';

/** From a distance of Chroma's to one as the contract has it. */
const APART: Readonly<Record<string, (distance: number) => number>> = {
  euclidean: Math.sqrt,
  cosine: (distance) => distance,
  dot: (distance) => distance - 1,
};

interface Answer {
  readonly ids: readonly (readonly string[])[];
  readonly distances: readonly (readonly (number | null)[])[];
  readonly metadatas: readonly (readonly (JsonObject | null)[])[];
  readonly documents: readonly (readonly (string | null)[])[];
  readonly uris?: readonly (readonly (string | null)[])[] | null;
}

/** What the server says of single records: the distances that it computes from a probe, and all else by `query` and the plain `JSON.parse`. */
export function createWitness(
  { place, path, name }: CollectionContext,
  schema: VectorSchema | undefined,
): NonNullable<CollectionV1['witnessRecords']> {
  return async ({ ids, probes }, options) => {
    const probe = own(probes, '');
    const metric: Metric = schema?.kind === 'dense' ? (schema.metric ?? 'euclidean') : 'euclidean';
    const apart = APART[metric]; // own key: a metric
    if (probe === undefined || apart === undefined) return undefined;
    const body = JSON.stringify({
      ids,
      query_embeddings: [probe],
      n_results: ids.length,
      include: ['distances', 'metadatas', 'documents', 'uris'],
    });
    const request = { method: 'POST', path: `${path}/query`, action: `witness records of "${name}"`, body } as const;
    const answer = await place.bytes({ ...request, signal: options?.signal }, (bytes) => {
      const value = checkObject(JSON.parse(bytes.toString()), 'the answer');
      const found = checkList(checkList(value['ids'], 'the ids', 1)[0] ?? [], 'the ids').length;
      for (const column of ['distances', 'metadatas', 'documents']) {
        const list = checkList(checkList(value[column], column, 1)[0] ?? [], column); // own key: one of these three
        if (list.length !== found)
          throw new WrongAnswer(`${column} must be as many as ids, ${found}, but are ${list.length}`);
      }
      return value as unknown as Answer;
    });
    const records = (answer.ids[0] ?? []).map((id, at): WitnessedRecord => {
      const [distance, uris] = [answer.distances[0]?.[at] ?? null, answer.uris?.[0]];
      return {
        id,
        document: answer.documents[0]?.[at] ?? null,
        ...(uris !== undefined && { uri: uris[at] ?? null }),
        metadata: withoutNulls(answer.metadatas[0]?.[at] ?? {}),
        ...(distance !== null && { distances: { '': apart(distance) } }),
      };
    });
    return { by: 'query of Chroma, its distances from a probe', records, metrics: { '': metric }, unwitnessed: [] };
  };
}

const withoutNulls = (metadata: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== null));
