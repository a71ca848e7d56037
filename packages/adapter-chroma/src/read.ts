import { RemoteError, WrongAnswer, type CollectionV1, type VectorRecord } from '@vsm/core/adapter';
import type { CollectionContext } from './context.ts';
import { smallerRead } from './errors.ts';
import { fromAnswer, type Column } from './mapping.ts';

/** How many records the server hands out at once, as learned from its refusals. */
export interface ReadQuota {
  records: number;
}

/** What is read of records, and of which. */
interface Selection {
  readonly include: readonly Column[];
  readonly where?: unknown;
}

/** Records that lie one after the other in the server's order. */
interface Stretch {
  readonly records: readonly VectorRecord[];
  /** Where it begins; it ends where it was asked to. */
  readonly begin: number;
}

export interface Reader {
  readonly fetch: CollectionV1['fetch'];
  /** Those of the ids that are there. */
  readonly present: (ids: readonly string[], signal?: AbortSignal) => Promise<string[]>;
  readonly byIds: (
    ids: readonly string[],
    include: readonly Column[],
    signal?: AbortSignal,
  ) => Promise<readonly VectorRecord[]>;
  /** The last of the records between `first` and `end`: `limit` of them, or as many as the server hands out at once. */
  readonly before: (
    end: number,
    first: number,
    limit: number,
    selection: Selection,
    signal?: AbortSignal,
  ) => Promise<Stretch>;
}

interface GetRequest extends Selection {
  readonly ids?: readonly string[];
  readonly offset?: number;
}

/** Ids in one request; SQLite takes 32,766 variables. */
export const MOST_IDS = 5000;
export const VECTORS: readonly Column[] = ['embeddings'];
export const METADATA: readonly Column[] = ['metadatas', 'documents', 'uris'];

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
  const byIds: Reader['byIds'] = async (ids, include, signal) => {
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
  /** Where the last of the records that are counted are not there, many have just been deleted, or the server cannot count. */
  const checkCount = async (end: number, signal: AbortSignal | undefined): Promise<void> => {
    const counted = await count(signal);
    if (counted < end) return;
    const cause = new WrongAnswer('the count is not that of the records');
    const message = `chroma: cannot read "${name}": ${place.location} counts ${counted} records, but hands out none at ${end}`;
    throw new RemoteError(message, { adapter: 'chroma', retryable: false, cause });
  };
  return {
    fetch: (ids, options) => byIds(ids, [...VECTORS, ...METADATA], options?.signal) as Promise<VectorRecord[]>,
    present: async (ids, signal) => (await byIds(ids, [], signal)).map(({ id }) => id),
    byIds,
    before: (end, first, wanted, selection, signal) =>
      withinQuota(Math.min(wanted, end - first), async (limit) => {
        const begin = end - limit;
        const records: VectorRecord[] = [];
        // A hosted server may hand out fewer than were asked for.
        while (records.length < limit) {
          const offset = begin + records.length;
          const more = await get(limit - records.length, { ...selection, offset }, signal);
          if (more.length === 0) break;
          records.push(...more);
        }
        if (records.length === 0 && selection.where === undefined) await checkCount(end, signal);
        return { records, begin };
      }),
  };
}
