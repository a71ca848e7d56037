import {
  checkObject,
  plainRows,
  witnessedRow,
  type CollectionV1,
  type JsonObject,
  type WitnessedRecord,
} from '@vsm/core/adapter';
import type { CollectionContext } from './context.ts';
import { nameParts, REST } from './index-info.ts';

interface PlainVector {
  readonly key: string;
  readonly data?: { readonly float32?: readonly number[] };
  readonly metadata?: JsonObject;
}

/** What the plain `JSON.parse` makes of single vectors, which `GetVectors` gives. */
export function createWitness(context: CollectionContext): NonNullable<CollectionV1['witnessRecords']> {
  const { client, name, places } = context;
  return async ({ ids }, options) => {
    const { document, ignored } = places();
    const body = `${nameParts(client, name)},"keys":${JSON.stringify(ids)},"returnData":true,"returnMetadata":true}`;
    const read = (value: unknown): readonly PlainVector[] =>
      plainRows<PlainVector>(checkObject(value, 'the answer')['vectors'], 'the vectors', ids.length);
    const found = await client.ask('GetVectors', `witness vectors of "${name}"`, body, options, read, JSON.parse);
    const records = found.map(({ key, data, metadata = {} }): WitnessedRecord => ({
      ...witnessedRow(metadata, { document, rest: REST, isIgnored: (field) => ignored.has(field) }),
      id: key,
      vectors: data?.float32 === undefined ? {} : { '': data.float32 },
    }));
    return { by: 'the plain JSON.parse of GetVectors', records, metrics: {}, unwitnessed: [] };
  };
}
