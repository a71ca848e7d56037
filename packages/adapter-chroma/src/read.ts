import { createEndCheck, type CollectionV1, type VectorRecord } from '@vsm/core/adapter';
import type { CollectionContext } from './context.ts';
import { smallerRead } from './errors.ts';
import { toWhere } from './filter.ts';
import { createIdWindows } from './id-windows.ts';
import { fromAnswer, type Column } from './mapping.ts';

/** How many records the server hands out at once, as learned from its refusals. */
export interface ReadQuota {
  records: number;
}

export interface Reader {
  readonly partition: NonNullable<CollectionV1['partition']>;
  readonly scan: CollectionV1['scan'];
  readonly fetch: CollectionV1['fetch'];
  /** Those of the ids that are there. */
  readonly present: (ids: readonly string[], signal?: AbortSignal) => Promise<string[]>;
}

interface GetRequest {
  readonly include: readonly Column[];
  readonly ids?: readonly string[];
  readonly offset?: number;
  readonly where?: unknown;
}

/** Ids in one request; SQLite takes 32,766 variables. */
const MOST_IDS = 5000;
const VECTORS: readonly Column[] = ['embeddings'];
const METADATA: readonly Column[] = ['metadatas', 'documents', 'uris'];

export function createReader({ place, path, name, count }: CollectionContext, quota: ReadQuota): Reader {
  const get = (limit: number, request: GetRequest, signal?: AbortSignal): Promise<VectorRecord[]> => {
    const body = JSON.stringify({ ...request, limit });
    const call = { method: 'POST', path: `${path}/get`, action: `get records of "${name}"`, body, signal } as const;
    return place.bytes(call, (bytes) => fromAnswer(bytes, { ...request, limit }));
  };
  /** Asks for as many records as the server allows, which is told only by its refusal. */
  const withinQuota = async <Result>(wanted: number, ask: (limit: number) => Promise<Result>): Promise<Result> => {
    for (;;) {
      const limit = Math.min(wanted, quota.records);
      try {
        return await ask(limit);
      } catch (error) {
        const allowed = smallerRead(error, limit);
        if (allowed === undefined) throw error;
        quota.records = Math.min(quota.records, allowed);
      }
    }
  };
  const getUpTo = (wanted: number, request: GetRequest, signal?: AbortSignal): Promise<VectorRecord[]> =>
    withinQuota(wanted, (limit) => get(limit, request, signal));
  const getByIds = async (
    ids: readonly string[],
    include: readonly Column[],
    signal?: AbortSignal,
  ): Promise<VectorRecord[]> => {
    const found: VectorRecord[] = [];
    for (let from = 0; from < ids.length;) {
      from += await withinQuota(ids.length - from, async (limit) => {
        const some = ids.slice(from, from + limit);
        found.push(...(await get(some.length, { ids: some, include }, signal)));
        return some.length;
      });
    }
    return found;
  };
  const windows = createIdWindows(async (offset, limit) =>
    (await getUpTo(limit, { offset, include: [] })).map((record) => record.id),
  );
  const endOf = createEndCheck({ adapter: 'chroma', name, where: place.location, count });

  return {
    async partition(target, _request, options) {
      const total = await count(options?.signal);
      const size = Math.max(1, Math.ceil(total / target));
      const parts = Math.max(1, Math.ceil(total / size));
      // The last part is open, so that records added meanwhile are read too.
      return Array.from({ length: parts }, (_, index) => ({
        id: `${index * size}-${index === parts - 1 ? '' : (index + 1) * size}`,
        estimatedCount: Math.min(size, total - index * size),
      }));
    },
    async scan({ partition, cursor, limit, include, filter }, options) {
      const [first = '0', last = ''] = partition?.id.split('-') ?? [];
      const offset = Number(cursor ?? first);
      const wanted = last === '' ? limit : Math.min(limit, Number(last) - offset);
      const columns = [
        ...(include.includes('vectors') ? VECTORS : []),
        ...(include.includes('metadata') ? METADATA : []),
      ];
      const read = async (): Promise<{ records: VectorRecord[]; passed: number }> => {
        // A hosted server lists no more ids than records, and ids alone cost what they cost.
        const near = filter !== undefined || columns.length === 0 || quota.records < Number.POSITIVE_INFINITY;
        const ids = near ? undefined : await windows.at(offset, Math.min(wanted, MOST_IDS));
        if (ids !== undefined) return { records: await getByIds(ids, columns, options?.signal), passed: ids.length };
        // Offsets count rows after `where`, so parts of a filtered scan cover what they did of the whole, and more.
        const where = filter === undefined ? undefined : toWhere(filter).where;
        const records = await getUpTo(wanted, { where, offset, include: columns }, options?.signal);
        return { records, passed: records.length };
      };
      const { records, passed } = await read();
      const next = offset + passed;
      // A short page is not the end: a hosted server may hand out fewer than were asked for.
      const ended = passed === 0 || (last !== '' && next >= Number(last));
      if (!ended) await endOf(next, options?.signal);
      return { records, cursor: ended ? null : String(next) };
    },
    fetch: (ids, options) => getByIds(ids, [...VECTORS, ...METADATA], options?.signal),
    present: async (ids, signal) => (await getByIds(ids, [], signal)).map(({ id }) => id),
  };
}
