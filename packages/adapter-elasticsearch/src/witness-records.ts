import {
  checkObject,
  plainRows,
  witnessedRow,
  type CollectionV1,
  type JsonObject,
  type WitnessedRecord,
} from '@vsm/core/adapter';
import { pathOf, type CollectionContext } from './context.ts';
import { FILTER, KEPT } from './create.ts';
import { ROUTING } from './mapping.ts';

interface PlainDocument {
  readonly _id: string;
  readonly found?: boolean;
  readonly _source?: JsonObject;
}

/** What the plain `JSON.parse` makes of single documents, which the server takes from its shards by id and finds by no search. */
export function createWitness(context: CollectionContext): NonNullable<CollectionV1['witnessRecords']> {
  const { client, name, server } = context;
  return async ({ ids }, options) => {
    const { info, places } = await context.seen(options?.signal);
    const path = pathOf(info, `_mget${server.hidesVectors ? '?_source_exclude_vectors=false' : ''}`);
    const request = { method: 'POST', path, action: `witness documents of "${name}"`, body: { ids } } as const;
    const docs = await client.askText({ ...request, signal: options?.signal }, (text) =>
      plainRows<PlainDocument>(checkObject(JSON.parse(text), 'the answer')['docs'], 'the documents', ids.length),
    );
    const { layout, keeps } = places;
    const ignored = new Set([...(layout.ignored ?? []), ...(keeps ? [FILTER] : [])]);
    const isPlain = (column: string): boolean => !column.includes('.') && places.vectors.get(column)?.form === 'float';
    const columns = layout.vectors.filter(({ column }) => isPlain(column));
    const odd = new Set(
      layout.vectors.filter(({ column }) => !isPlain(column)).map(({ column }) => column.replace(/\..*/, '')),
    );
    const keys = new Map(layout.fields.map(({ column, key }) => [column, key]));
    const records = docs.flatMap(({ _id: id, found, _source: source }): WitnessedRecord[] => {
      if (found !== true || source === undefined) return [];
      const row = witnessedRow(source, {
        document: layout.document,
        uri: layout.uri,
        container: layout.metadata,
        vectors: new Map(columns.map(({ name: vector, column }) => [column, vector])),
        isIgnored: (field) => ignored.has(field) || (keeps && field === KEPT),
        isOdd: (field) => odd.has(field),
        keyOf: (field) => keys.get(field) ?? field,
      });
      return [{ ...row, id, skipped: [...(row.skipped ?? []), ROUTING] }];
    });
    const unwitnessed = ['documents that are routed', 'vectors of bytes and bits, and those within objects'];
    return { by: 'the plain JSON.parse of _mget', records, metrics: {}, unwitnessed };
  };
}
