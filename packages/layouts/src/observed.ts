import {
  own,
  type CollectionDescription,
  type MetadataValue,
  type StoreFacts,
  type VectorRecord,
} from '@vsm/core/adapter';
import type { StoredRecord } from './codec.ts';
import { LAYOUT_STORES, type LayoutStore } from './form.ts';
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
    columns: store === 'pgvector' ? readColumns(description.notes ?? []) : undefined,
  };
}

/** The adapter tells in sentences how it understood a table. */
export function readColumns(notes: readonly string[]): TableColumns {
  const find = (pattern: RegExp): string | undefined =>
    notes.map((note) => pattern.exec(note)?.[1]).find((name) => name !== undefined);
  const list = notes.find((note) => note.startsWith('these columns are metadata too: ')) ?? '';
  const numbered = notes.find((note) => note.startsWith('not read, as they are computed')) ?? '';
  return {
    id: find(/^ids are in column "([^"]+)"/),
    document: find(/^documents are in column "([^"]+)"/),
    metadata: find(/^metadata is in column "([^"]+)"/),
    vector: find(/^vectors are in column "([^"]+)"/),
    fields: [...`${list} ${numbered}`.matchAll(/"([^"]+)"/g)].map(([, column = '']) => column),
  };
}

/** Keys that VSM itself writes are of no framework. */
export function keysOf({ payload }: StoredRecord): string[] {
  return Object.keys(payload).filter((key) => !key.startsWith('__vsm'));
}

export function field({ payload }: StoredRecord, key: string): MetadataValue | undefined {
  return own(payload, key);
}
