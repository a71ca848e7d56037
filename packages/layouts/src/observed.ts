import {
  own,
  type CollectionDescription,
  type FieldReading,
  type JsonObject,
  type JsonValue,
  type MetadataValue,
  type StoreFacts,
  type VectorRecord,
} from '@vsm/core/adapter';
import type { StoredRecord } from './stored-record.ts';
import { LAYOUT_STORES, NAMED_STORES, type LayoutStore } from './form.ts';
import { textPlace, unfold } from './payload.ts';

/** A collection as far as a look at it tells: what the store says, and its first records. */
export interface Observed {
  readonly store: LayoutStore;
  /** Of the collection. */
  readonly name: string;
  /** Of the store, without secrets. */
  readonly location: string;
  readonly description: CollectionDescription;
  readonly records: readonly StoredRecord[];
  readonly columns: TableColumns | undefined;
}

/** Which column of a table in Postgres is what, as the adapter understood it. */
export interface TableColumns {
  readonly id: string | undefined;
  readonly document: string | undefined;
  readonly metadata: string | undefined;
  readonly vector: string | undefined;
  readonly fields: readonly string[];
}

export function observe(
  { adapter, capabilities, location }: StoreFacts & { readonly location: string },
  name: string,
  description: CollectionDescription,
  records: readonly VectorRecord[],
): Observed | undefined {
  const store = LAYOUT_STORES.find((one) => one === adapter);
  if (store === undefined) return undefined;
  const place = textPlace(store, capabilities);
  return {
    store,
    name,
    location,
    description,
    records: records.map((record) => unfold(record, place)),
    columns: columnsOf(store, description),
  };
}

/** `undefined` where fields have no names of an application's own. */
export function columnsOf(store: LayoutStore, description: CollectionDescription): TableColumns | undefined {
  if (store === 'pgvector' || (description.reading !== undefined && NAMED_STORES.has(store)))
    return readColumns(description);
  // Collections that VSM made for an application say of themselves what was asked for.
  const { layout, places, fields } = (description.native?.[store] ?? {}) as Readonly<Record<string, JsonValue>>;
  const made = [layout, places, fields].find((one) => isObject(one));
  if (made === undefined || !isObject(made)) return undefined;
  const text = (key: string): string | undefined => {
    const value = own(made, key);
    return typeof value === 'string' ? value : undefined;
  };
  const [vector] = Array.isArray(made['vectors']) ? made['vectors'] : [];
  const vectorField = isObject(vector) ? (vector['column'] ?? vector['field']) : made['vector'];
  return {
    id: text('key'),
    document: text('document'),
    metadata: text('metadata') ?? text('container'),
    vector: typeof vectorField === 'string' ? vectorField : undefined,
    fields: [],
  };
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** As the adapter tells it of a table that others made. One that VSM made has its own columns. */
function readColumns({ reading, vectors }: CollectionDescription): TableColumns {
  if (reading === undefined) {
    const [vector = ''] = Object.keys(vectors);
    return {
      id: 'id',
      document: 'document',
      metadata: 'metadata',
      vector: vector === '' ? 'embedding' : vector,
      fields: [],
    };
  }
  const only = (role: FieldReading['role']): string | undefined => {
    const found = reading.filter((one) => one.role === role);
    return found.length === 1 ? found[0]?.field : undefined;
  };
  return {
    id: only('id'),
    document: only('document'),
    metadata: reading.find(({ unfolded }) => unfolded)?.field,
    vector: only('vector'),
    fields: reading
      .filter(({ role, unfolded }) => (role === 'metadata' && unfolded !== true) || role === 'ignored')
      .map(({ field: name }) => name),
  };
}

/** Keys that VSM itself writes are of no framework. */
export function keysOf({ payload }: StoredRecord): string[] {
  return Object.keys(payload).filter((key) => !key.startsWith('__vsm'));
}

export function field({ payload }: StoredRecord, key: string): MetadataValue | undefined {
  return own(payload, key);
}
