import { own } from '@vsm/core/adapter';
import {
  decodeRecord,
  recordKey,
  UnsupportedError,
  type CallOptions,
  type CollectionV1,
  type Match,
  type NamespaceOptions,
  type QueryRequest,
  type Rejection,
  type UpsertResult,
  type VectorRecord,
} from '@vsm/core';
import type { Live } from './live.ts';
import type { MoveHeader } from './model.ts';
import { once } from './once.ts';
import { openRoutes, type Routes, type RouteStores } from './route.ts';
import type { SendGuard } from './actions.ts';

/** What an application does with a collection. Records have the names and the form that they have in the source of the move. */
export type LiveCollection = Pick<CollectionV1, 'name' | 'upsert' | 'delete' | 'fetch' | 'query'>;

/** Two collections as one: writes are marked, reads go where the phase says. */
export async function liveCollection(live: Live, stores: RouteStores): Promise<LiveCollection> {
  const header = await live.journal.header();
  const target = openThere(header, stores);
  const source = await stores.source.openCollection(header.plan.source.collection);
  return {
    name: source.name,
    upsert(records, options) {
      return live.write(records, {
        source(guard) {
          guard();
          return source.upsert(records, options);
        },
        target: (guard) => target.upsert(records, guard, options),
      });
    },
    delete(ids, options) {
      const names = ids.map((id) => ({ id, namespace: options?.namespace }));
      return live.write(names, {
        source(guard) {
          guard();
          return source.delete(ids, options);
        },
        target: (guard) => target.delete(names.map(recordKey), guard),
      });
    },
    fetch(ids, options) {
      return live.read({
        source: () => source.fetch(ids, options),
        target: () => target.fetch(ids, options),
      });
    },
    query(request, options) {
      return live.read({
        source: () => source.query(request, options),
        target: () => target.query(request, options),
        ids: (matches) => matches.map(recordKey),
      });
    },
  };
}

/** The target of a move by the names of its source. It leaves no marks: it is for those who write by `live.write`. */
export async function targetCollection(live: Live, stores: RouteStores): Promise<LiveCollection> {
  const header = await live.journal.header();
  const target = openThere(header, stores);
  return {
    name: header.plan.target.collection,
    upsert: (records, options) => target.upsert(records, atOnce, options),
    delete(ids, options) {
      const keys = ids.map((id) => recordKey({ id, namespace: options?.namespace }));
      return target.delete(keys, atOnce);
    },
    fetch: (ids, options) => target.fetch(ids, options),
    query: (request, options) => target.query(request, options),
  };
}

const atOnce: SendGuard = () => undefined;

interface There {
  upsert(records: readonly VectorRecord[], guard: SendGuard, options: CallOptions | undefined): Promise<UpsertResult>;
  delete(keys: readonly string[], guard: SendGuard): Promise<void>;
  fetch(ids: readonly string[], options: NamespaceOptions | undefined): Promise<VectorRecord[]>;
  query(request: QueryRequest, options: CallOptions | undefined): Promise<Match[]>;
}

function openThere(header: MoveHeader, stores: RouteStores): There {
  // The target is made by the copy, and so may not be there yet.
  const routes = once(() => openRoutes(header, stores));
  return {
    upsert: async (records, guard, options) => upsertThere(await routes(), records, guard, options),
    delete: async (keys, guard) => deleteThere(await routes(), keys, guard),
    fetch: async (ids, options) => fetchThere(await routes(), ids, options),
    query: async (request, options) => queryThere(await routes(), header, request, options),
  };
}

async function upsertThere(
  { there, target }: Routes,
  records: readonly VectorRecord[],
  guard: SendGuard,
  options: CallOptions | undefined,
): Promise<UpsertResult> {
  const byKey = new Map(records.map((record) => [recordKey(record), record]));
  const images = await there.images(byKey);
  const rejected: Rejection[] = [];
  const keyOf = new Map<string, string>();
  const stored: VectorRecord[] = [];
  for (const [key, image] of images) {
    const { id = '', namespace } = byKey.get(key) ?? {};
    if (image.kind === 'record') {
      keyOf.set(recordKey(image.stored), key);
      stored.push(image.stored);
    } else rejected.push({ id, namespace, reason: 'refused', detail: image.why });
  }
  guard();
  const result = await target.upsert(stored, options);
  for (const rejection of result.rejected) {
    const { id, namespace } = byKey.get(keyOf.get(recordKey(rejection)) ?? '') ?? rejection;
    rejected.push({ ...rejection, id, namespace });
  }
  return { accepted: records.length - rejected.length, rejected };
}

async function deleteThere({ there, target }: Routes, keys: readonly string[], guard: SendGuard): Promise<void> {
  const groups = Map.groupBy(keys.map(there.nameInTarget), ({ namespace }) => namespace);
  for (const [namespace, names] of groups) {
    guard();
    const ids = names.map(({ id }) => id);
    await target.delete(ids, { namespace });
  }
}

async function fetchThere(
  { there, back }: Routes,
  ids: readonly string[],
  options: NamespaceOptions | undefined,
): Promise<VectorRecord[]> {
  const keys = ids.map((id) => recordKey({ id, namespace: options?.namespace }));
  if ('why' in back) return [...(await there.present(keys)).values()];
  const images = await back.images(await back.read(keys));
  return [...images.values()].flatMap((image) => (image.kind === 'record' ? [image.original] : []));
}

async function queryThere(
  { target }: Routes,
  { plan }: MoveHeader,
  request: QueryRequest,
  options: CallOptions | undefined,
): Promise<Match[]> {
  if (plan.namespacePolicy === 'prefix-id' && request.namespace !== undefined) {
    throw new UnsupportedError(
      'namespaces',
      `${plan.target.adapter}: it has no namespaces, so one of them cannot be searched there`,
    );
  }
  const using = own(plan.vectorNames, request.using ?? '') ?? request.using;
  const matches = await target.query({ ...request, using }, options);
  if (plan.namespacePolicy === 'keep' && plan.encodings.ids === undefined) return matches;
  const named = new Map<string, VectorRecord>();
  for (const [namespace, some] of Map.groupBy(matches, (match) => match.namespace)) {
    const ids = some.map(({ id }) => id);
    for (const record of await target.fetch(ids, { namespace })) named.set(recordKey(record), decodeRecord(record));
  }
  return matches.map((match) => {
    const { id, namespace } = named.get(recordKey(match)) ?? match;
    return { ...match, id, namespace };
  });
}
