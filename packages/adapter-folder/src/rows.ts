import { KeyTable, type CollectionDescription, type VectorRecord } from '@vsm/core/adapter';
import type { Content, Include, Shelf } from './content.ts';

/** A collection of which every place has a record, each read by itself. */
export interface Rows {
  readonly description: CollectionDescription;
  readonly count: number;
  record(place: number, include: Include): VectorRecord;
  find(id: string): number | undefined;
}

export function contentOf(rows: Rows): Content {
  const { description, count } = rows;
  return {
    description,
    count,
    end: count,
    places: (from, to, limit) => Array.from({ length: Math.max(0, Math.min(limit, to - from)) }, (_, at) => from + at),
    at: async (places, include) => places.map((place) => rows.record(place, include)),
    find: (ids) => ids.flatMap((id) => rows.find(id) ?? []).toSorted((left, right) => left - right),
  };
}

/** Finds places by their ids, all of which are read at the first question. */
export function finderOf(count: number, idOf: (place: number) => string): Rows['find'] {
  let places: KeyTable | undefined;
  return (id) => {
    places ??= placesOf(count, idOf);
    return places.get(id);
  };
}

function placesOf(count: number, idOf: (place: number) => string): KeyTable {
  const places = new KeyTable();
  for (let place = 0; place < count; place += 1) places.set(idOf(place), place);
  return places;
}

/** What is read of one file or folder that holds one collection. */
export function onlyOne(files: readonly string[], name: string, content: Content, close: () => void): Shelf {
  return {
    names: [name],
    files,
    open: async (asked: string): Promise<Content | undefined> => (asked === name ? content : undefined),
    close: async (): Promise<void> => close(),
  };
}
