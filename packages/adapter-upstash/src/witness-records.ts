import {
  checkList,
  checkObject,
  setOwn,
  type CollectionV1,
  type JsonObject,
  type WitnessedRecord,
} from '@vsm/core/adapter';
import { pathOf, type CollectionContext } from './context.ts';

interface PlainVector {
  readonly id: string;
  readonly vector?: readonly number[] | null;
  readonly metadata?: JsonObject | null;
  readonly data?: string | null;
}

/** What the plain `JSON.parse` makes of single vectors, which `fetch` gives. */
export function createWitness({ client, name, names }: CollectionContext): NonNullable<CollectionV1['witnessRecords']> {
  return async ({ ids, namespace }, options) => {
    const body = JSON.stringify({ ids, includeVectors: true, includeMetadata: true, includeData: true });
    const found = await client.ask(
      pathOf('fetch', namespace),
      `witness vectors of "${name}"`,
      body,
      options,
      (value) =>
        checkList(value, 'the vectors', ids.length).map((one) =>
          one === null ? null : (checkObject(one, 'a vector') as unknown as PlainVector),
        ),
      JSON.parse,
    );
    const records = found.flatMap((one): WitnessedRecord[] => {
      if (one === null) return [];
      const vectors: Record<string, readonly number[]> = {};
      if (one.vector !== undefined && one.vector !== null) setOwn(vectors, names.dense ?? '', one.vector);
      return [{ id: one.id, document: one.data ?? null, metadata: one.metadata ?? {}, vectors }];
    });
    return { by: 'the plain JSON.parse of fetch', records, metrics: {}, unwitnessed: ['sparse vectors'] };
  };
}
