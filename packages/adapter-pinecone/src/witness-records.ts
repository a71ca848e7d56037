import {
  checkObject,
  setOwn,
  witnessedRow,
  type CollectionV1,
  type JsonObject,
  type WitnessedRecord,
} from '@vsm/core/adapter';
import { chunkByUrl, type CollectionContext } from './context.ts';
import { fromWireName, toWireName, toWireNamespace } from './names.ts';

interface PlainRecord {
  readonly values?: readonly number[] | null;
  readonly metadata?: JsonObject | null;
}

/** What the plain `JSON.parse` makes of single records, which a fetch gives. */
export function createWitness({ client, info, names }: CollectionContext): NonNullable<CollectionV1['witnessRecords']> {
  return async ({ ids, namespace: given }, options) => {
    const namespace = toWireNamespace(given);
    const records: WitnessedRecord[] = [];
    for (const chunk of chunkByUrl(ids.map(toWireName), info.host.length + encodeURIComponent(namespace).length)) {
      const found = await client.limit(() =>
        client.data(
          `witness ${chunk.length} records of "${info.name}"`,
          info.host,
          options,
          (index) => index.fetch({ ids: [...chunk], namespace }),
          ({ vectors }) => checkObject(vectors ?? {}, 'the records') as Readonly<Record<string, PlainRecord>>,
        ),
      );
      for (const [id, { values, metadata }] of Object.entries(found)) {
        const vectors: Record<string, readonly number[]> = {};
        if (info.dense !== undefined && values !== undefined && values !== null && values.length > 0)
          setOwn(vectors, names.dense ?? '', values);
        records.push({
          ...witnessedRow(metadata ?? {}, { document: names.documentKey }),
          id: fromWireName(id),
          vectors,
        });
      }
    }
    return { by: 'the plain JSON.parse of fetch', records, metrics: {}, unwitnessed: ['sparse vectors'] };
  };
}
