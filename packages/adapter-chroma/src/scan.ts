import {
  VsmError,
  worthwhileParts,
  type CollectionV1,
  type Filter,
  type Partition,
  type ScanPage,
} from '@vsm/core/adapter';
import type { CollectionContext } from './context.ts';
import { toWhere } from './filter.ts';
import { createIdLists, placeOf, type Mark } from './id-lists.ts';
import type { Column } from './mapping.ts';
import { METADATA, MOST_IDS, VECTORS, type Reader } from './read.ts';

/** Ids that one request lists: an answer of a few megabytes. */
const LISTED_AT_ONCE = 100_000;
/** Records whose ids are held in memory while they are read: about 64 bytes each, three times that while they are listed. */
const MOST_LISTED = 2_000_000;
/** Of a part: to begin with one takes about as long as reading so many. */
const LEAST_RECORDS = 200;

/**
 * By id: records from `from` up to, but without, `to`, of a list that is made when the scan begins; `after` is where it goes on. By place:
 * records from `begin` on, read from `end` down, for servers that hand out few ids at once and for collections whose ids are too many.
 *
 * Chroma's order is that of insertion: new records come last, and where one is deleted, those behind it move up. Whoever reads from the end
 * misses none of them, since what was not read yet moves only towards what will be. So ids are listed from the end too.
 */
type Place =
  | {
      readonly mark: Mark;
      readonly from?: string | undefined;
      readonly to?: string | undefined;
      readonly after?: string;
    }
  | { readonly begin: number; readonly end?: number | undefined };

export interface Scanner {
  readonly partition: NonNullable<CollectionV1['partition']>;
  readonly scan: CollectionV1['scan'];
}

export function createScanner(
  { count }: Pick<CollectionContext, 'count'>,
  { byIds, before }: Pick<Reader, 'byIds' | 'before'>,
  hosted: boolean,
): Scanner {
  const lists = createIdLists(async (where) => {
    const selection = { include: [], where: where === '' ? undefined : (JSON.parse(where) as unknown) };
    const ids = new Set<string>();
    for (let end = await count(); end > 0;) {
      const { records, begin } = await before(end, 0, LISTED_AT_ONCE, selection);
      for (const { id } of records) ids.add(id);
      end = begin;
    }
    return [...ids].toSorted();
  });
  const tooMany = (total: number): boolean => hosted || total > MOST_LISTED;
  const begin = async (where: string, signal: AbortSignal | undefined): Promise<Place> =>
    tooMany(await count(signal)) ? { begin: 0 } : { mark: lists.begin(where).mark };

  const scanPlaces = async (
    place: Extract<Place, { begin: number }>,
    { limit, columns, filter }: PageRequest,
    signal: AbortSignal | undefined,
  ): Promise<ScanPage> => {
    const end = place.end ?? (await count(signal));
    if (end <= place.begin) return { records: [], cursor: null };
    // Places count rows after `where`, so parts of a filtered scan cover what they did of the whole, and more.
    const selection = { include: columns, where: filter === undefined ? undefined : toWhere(filter).where };
    const read = await before(end, place.begin, limit, selection, signal);
    return {
      records: read.records,
      cursor: read.begin <= place.begin ? null : JSON.stringify({ begin: place.begin, end: read.begin }),
    };
  };
  const scanIds = async (
    place: Extract<Place, { mark: Mark }>,
    { limit, columns, filter }: PageRequest,
    signal: AbortSignal | undefined,
  ): Promise<ScanPage> => {
    const { mark, from, to, after } = place;
    const ids = await lists.since(mark, whereOf(filter));
    const start = after === undefined ? placeOf(ids, from ?? '') : placeOf(ids, after, true);
    const stop = to === undefined ? ids.length : placeOf(ids, to);
    const some = ids.slice(start, Math.min(stop, start + Math.min(limit, MOST_IDS)));
    const last = some.at(-1);
    // Of ids alone, the list is all that there is to read.
    const records =
      columns.length === 0 ? some.map((id) => ({ id, vectors: {}, metadata: {} })) : byIds(some, columns, signal);
    const ended = last === undefined || start + some.length >= stop;
    return { records: await records, cursor: ended ? null : JSON.stringify({ mark, from, to, after: last }) };
  };

  return {
    async partition(target, request, options) {
      const total = await count(options?.signal);
      // Between parts by place a record can slip from one to the other: only where the service is slow is that worth it.
      if (tooMany(total)) return cut(hosted ? target : 1, total, (start, end) => ({ begin: start, end }));
      const { mark, ids } = lists.begin(whereOf(request?.filter));
      const listed = await ids;
      // The outer ends are open: a list that is made later, for another process, may have more.
      return cut(worthwhileParts(target, listed.length, LEAST_RECORDS), listed.length, (start, end) => ({
        mark,
        from: start === 0 ? undefined : listed[start],
        to: end === undefined ? undefined : listed[end],
      }));
    },
    async scan({ partition, cursor, limit, include, filter }, options) {
      const signal = options?.signal;
      const place = readPlace(cursor, 'INVALID_CURSOR') ?? readPlace(partition?.id, 'INVALID_OPTIONS');
      const columns = [
        ...(include.includes('vectors') ? VECTORS : []),
        ...(include.includes('metadata') ? METADATA : []),
      ];
      const request = { limit, columns, filter };
      const at = place ?? (await begin(whereOf(filter), signal));
      return 'mark' in at ? scanIds(at, request, signal) : scanPlaces(at, request, signal);
    },
  };
}

interface PageRequest {
  readonly limit: number;
  readonly columns: readonly Column[];
  readonly filter: Filter | undefined;
}

function cut(target: number, total: number, part: (start: number, end: number | undefined) => Place): Partition[] {
  const size = Math.max(1, Math.ceil(total / target));
  const parts = Math.max(1, Math.ceil(total / size));
  return Array.from({ length: parts }, (_, index) => ({
    id: JSON.stringify(part(index * size, index === parts - 1 ? undefined : (index + 1) * size)),
    estimatedCount: Math.min(size, total - index * size),
  }));
}

function whereOf(filter: Filter | undefined): string {
  const where = filter === undefined ? undefined : toWhere(filter).where;
  return where === undefined ? '' : JSON.stringify(where);
}

function readPlace(text: string | undefined, code: 'INVALID_CURSOR' | 'INVALID_OPTIONS'): Place | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && ('mark' in value || 'begin' in value)) return value as Place;
  } catch {
    // Said below.
  }
  throw new VsmError(code, `chroma: "${text}" is not a place of this store`, { adapter: 'chroma' });
}
