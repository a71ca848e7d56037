import type { CollectionV1 } from '@vsm/core/adapter';
import { invalidCursor } from './errors.ts';
import type { Placed } from './placed.ts';
import { EVERYTHING, type Position, type Range } from './read.ts';
import { search } from './query.ts';
import type { StoredCollection } from './stored-collection.ts';

export type ReadVerbs = Omit<CollectionV1, 'upsert' | 'delete'>;

export function readVerbs(stored: Placed): ReadVerbs {
  const { name } = stored.place;
  // Places move when a file is written anew, and a place in the old one must not be taken for one in the new.
  const print = (position: Position): string => `${stored.generation}:${position}`;
  const parse = (text: string): Position => {
    const [generation, position = Number.NaN] = text.split(':').map(Number);
    if (generation !== stored.generation || !Number.isSafeInteger(position)) throw invalidCursor(name, text);
    return position;
  };
  const rangeOf = (id: string | undefined, namespace: string | undefined): Range => {
    if (id === undefined) return (namespace === undefined ? undefined : stored.rangeOf?.(namespace)) ?? EVERYTHING;
    const [from = '', to = ''] = id.split('-');
    return { from: parse(from), to: parse(to) };
  };

  return {
    name,
    async describe() {
      return stored.describe();
    },
    identify: async () => stored.identify(),
    async count({ namespace } = {}) {
      if (namespace === undefined) return { value: await stored.count(), exact: true };
      return { value: (await stored.namespaces()).get(namespace) ?? 0, exact: true };
    },
    async witness() {
      return stored.witness();
    },
    async witnessValues() {
      return stored.witnessValues();
    },
    async witnessRecords(request) {
      return stored.witnessRecords(request);
    },
    async listNamespaces() {
      return [...(await stored.namespaces()).keys()].toSorted();
    },
    async partition(target, { namespace } = {}) {
      return (await stored.split(target, namespace)).map(({ from, to, count }) => ({
        id: `${print(from)}-${print(to)}`,
        estimatedCount: count,
      }));
    },
    async scan({ partition, cursor, limit, include, namespace }) {
      const range = rangeOf(partition?.id, namespace);
      const from = cursor === undefined ? range.from : parse(cursor);
      if (from < range.from || from > range.to) throw invalidCursor(name, cursor ?? '');
      const page = await stored.read({ from, to: range.to }, limit, include);
      return {
        records: page.records.filter((record) => namespace === undefined || (record.namespace ?? '') === namespace),
        cursor: page.next === undefined ? null : print(page.next),
      };
    },
    async fetch(ids, options) {
      return stored.fetch(ids, options?.namespace ?? '');
    },
    async query(request) {
      return search(stored, request);
    },
  };
}

export function fileCollection(stored: StoredCollection): CollectionV1 {
  return {
    ...readVerbs(stored),
    async upsert(records, options) {
      return stored.upsert(records, options?.mode);
    },
    async delete(ids, options) {
      await stored.delete(ids, options?.namespace);
    },
    async flush() {
      await stored.flush();
    },
  };
}
