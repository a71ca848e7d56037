import {
  checkList,
  checkObject,
  checkText,
  own,
  setOwn,
  type CollectionV1,
  type JsonObject,
  type JsonValue,
  type WitnessedRecord,
} from '@vsm/core/adapter';
import type { CollectionContext } from './context.ts';
import type { Places } from './mapping.ts';
import { tenantOf } from './names.ts';
import { REST } from './schema.ts';

/** What has one form, whoever prints it. */
const PLAIN = new Set(['text', 'int', 'number', 'boolean', 'uuid']);

/** What single objects are by GraphQL, where scans and fetches read them by REST. */
export function createWitness(
  { client, tenants, name }: CollectionContext,
  places: () => Places,
): NonNullable<CollectionV1['witnessRecords']> {
  return async ({ ids, namespace = '' }, options) => {
    const { info, document, ignored } = places();
    const [tenant] = await tenants.readable(namespace, options?.signal);
    if (tenant === undefined || (tenant !== '' && tenant !== tenantOf(namespace))) return undefined;
    const dense = info.vectors.filter(({ kind }) => kind === 'dense');
    const named = dense.filter(({ stored }) => stored !== '').map(({ stored }) => stored);
    const properties = [...info.properties.values()].filter(({ dataType: [type = ''] }) => PLAIN.has(type));
    const read = [...properties.map((property) => property.name), ...(info.properties.has(REST) ? [REST] : [])];
    const vectors = `${named.length < dense.length ? ' vector' : ''}${named.length > 0 ? ` vectors{${named.join(' ')}}` : ''}`;
    const where = `where:{path:["id"],operator:ContainsAny,valueText:${JSON.stringify(ids)}}`;
    const inside = tenant === '' ? '' : `tenant:${JSON.stringify(tenant)},`;
    const query = `{Get{${info.class}(${inside}limit:${ids.length},${where}){${[...new Set(read)].join(' ')} _additional{id${vectors}}}}}`;
    const objects = await client.graphql(
      `witness objects of "${name}"`,
      query,
      (data) =>
        checkList(
          own(checkObject(checkObject(data, 'the data')['Get'], 'the objects'), info.class),
          'the objects',
          ids.length,
        ).map((one) => {
          checkObject(checkObject(one, 'an object')['_additional'], 'an object');
          return one as JsonObject;
        }),
      options?.signal,
    );
    const others = [...info.properties.keys()].filter((property) => !read.includes(property));
    const integers = properties.filter(({ dataType: [type] }) => type === 'int').map((property) => property.name);
    const records = objects.map((object): WitnessedRecord => {
      const { _additional: additional, ...given } = object;
      const { id, vector, vectors: several } = additional as JsonObject;
      const found: Record<string, readonly number[]> = {};
      for (const { name: inRecord, stored } of dense) {
        const numbers = stored === '' ? vector : own((several ?? {}) as JsonObject, stored);
        // One that an object does not have is empty here.
        if (Array.isArray(numbers) && numbers.length > 0) setOwn(found, inRecord, numbers as readonly number[]);
      }
      const metadata: Record<string, JsonValue> = {};
      for (const [key, value] of Object.entries(given))
        if (value !== null && key !== document && key !== REST && !ignored.has(key)) setOwn(metadata, key, value);
      const text = own(given, document) ?? null;
      const rest = own(given, REST) ?? null;
      return {
        id: checkText(id, 'an id'),
        document: typeof text === 'string' ? text : null,
        metadata,
        // The rest takes the place of properties, unless these were changed since.
        skipped: [
          ...others,
          // Of more than 32 bits GraphQL makes null.
          ...integers.filter((property) => (own(given, property) ?? null) === null),
          ...(typeof rest === 'string' ? Object.keys(JSON.parse(rest) as object) : []),
        ],
        vectors: found,
      };
    });
    const unwitnessed = [
      'metadata of other types than texts, numbers and booleans, and integers beyond 32 bits',
      'multi-vectors',
    ];
    return { by: 'GraphQL of Weaviate', records, metrics: {}, unwitnessed };
  };
}
