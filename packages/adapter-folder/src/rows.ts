import type { CollectionDescription, VectorRecord } from '@vsm/core/adapter';
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

/** What is read of one file or folder that holds one collection. */
export function onlyOne(
  title: string,
  files: readonly string[],
  name: string,
  content: Content,
  close: () => void,
): Shelf {
  return {
    title,
    names: [name],
    files,
    open: async (asked: string): Promise<Content | undefined> => (asked === name ? content : undefined),
    close: async (): Promise<void> => close(),
  };
}
