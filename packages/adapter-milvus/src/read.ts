import {
  invalidCursor,
  isTooLarge,
  VsmError,
  WrongAnswer,
  type CallOptions,
  type CollectionV1,
  type CountRequest,
  type Filter,
  type Partition,
} from '@vsm/core/adapter';
import { createAsking, type Asked } from './asking.ts';
import { understand, type CollectionContext } from './context.ts';
import { toExpression } from './filter.ts';
import { sharedKeys } from './hidden.ts';
import {
  amongKeys,
  behind,
  behindNamespace,
  decodeKey,
  encodeKey,
  isBehind,
  parseKey,
  printKey,
  upTo,
  withinNamespace,
} from './keys.ts';
import { namespaceOfPartition } from './layout.ts';
import { cutKeys, partsOf, readPart, worthOf } from './partition.ts';
import { outputFields, readKeys, readPage, type Page } from './rows.ts';
import { createTally } from './tally.ts';

export interface Reader extends Required<Pick<CollectionV1, 'partition' | 'scan' | 'fetch' | 'witness'>> {
  readonly count: (request: CountRequest, options?: CallOptions) => Promise<number>;
  readonly listNamespaces: (options?: CallOptions) => Promise<string[]>;
  readonly listEmptyNamespaces: (options?: CallOptions) => Promise<string[]>;
}

const HIDDEN =
  'Milvus counts each of several rows that share a key, and shows one of them; 2.3 never shows the row with the greatest integer of 64 bits for a key either.';
/** Of keys alone, in a page: https://milvus.io/docs/limitations.md */
const MOST_KEYS = 16_384;

export function createReader(context: CollectionContext): Reader {
  const { layout } = context;
  const asking = createAsking(context);
  const tally = createTally();

  /** The namespace as a filter, or as the partition that it is. */
  const within = (namespace: string | undefined): Pick<Asked, 'filter' | 'partition'> | undefined => {
    const { namespaces, partitions } = layout();
    if (namespace === undefined) return { filter: '' };
    if (namespaces === 'key') return { filter: withinNamespace(namespace, layout()) };
    if (namespaces === undefined) return namespace === '' ? { filter: '' } : undefined;
    const partition = partitions.find((name) => namespaceOfPartition(name) === namespace);
    return partition === undefined ? undefined : { filter: '', partition };
  };
  /** Partitions that are namespaces, as these. */
  const countPartitions = async (options?: CallOptions): Promise<{ filled: string[]; empty: string[] }> => {
    const { namespaces, partitions } = layout();
    if (namespaces !== 'partitions') return { filled: [], empty: [] };
    const counts = await Promise.all(partitions.map((partition) => asking.count('', partition, options)));
    const some = (wanted: boolean): string[] =>
      partitions.filter((_, at) => (counts[at] === 0) !== wanted).map(namespaceOfPartition);
    return { filled: some(true), empty: some(false) };
  };
  const expressionOf = async (filter: Filter | undefined, options?: CallOptions): Promise<string> =>
    filter === undefined
      ? ''
      : (toExpression(filter, layout(), { isServer: await context.isServer(options?.signal) }) ?? '');

  return {
    async count({ namespace, filter }, options) {
      const where = within(namespace);
      if (where === undefined) return 0;
      return asking.count(every(where.filter, await expressionOf(filter, options)), where.partition, options);
    },

    async partition(target, request, options) {
      const [now, { namespace, filter }] = [layout(), request ?? {}];
      const where = within(namespace);
      const isEach = now.namespaces === 'partitions' && namespace === undefined;
      const places = isEach ? now.partitions : [where?.partition];
      const condition = every(where?.filter ?? '', await expressionOf(filter, options));
      const parts: Partition[] = [];
      for (const partition of places) {
        const rows = where === undefined ? 0 : await asking.count(condition, partition, options);
        const worth = worthOf(rows, Math.ceil(target / places.length));
        const next = (last: string | bigint | undefined): ReturnType<typeof asking.keys> =>
          asking.keys(every(condition, behind(last, now)), partition, MOST_KEYS, options);
        parts.push(...partsOf(partition, await cutKeys(worth, rows, next), rows));
      }
      if (namespace === undefined && filter === undefined) tally.expect(parts.map(({ id }) => id));
      return parts;
    },

    async witness(options) {
      const count = await asking.count('', undefined, options);
      const seen = tally.total();
      const keys = seen === undefined || seen === count ? [] : await sharedKeys(asking, layout(), options);
      const named = keys.length === 0 ? '' : ` Keys that several rows have: ${keys.join(', ')}.`;
      return { count, by: 'count(*)', hint: HIDDEN + named };
    },

    async listNamespaces(options) {
      const { namespaces, key } = layout();
      if (namespaces === undefined) return [''];
      if (namespaces === 'partitions') return (await countPartitions(options)).filled;
      // From the first key of one to the first behind all that it can have.
      const found = new Set<string>();
      for (let filter = behind(undefined, layout()); ;) {
        const fields = await asking.page({ filter, fields: [key.name] }, 1, 'list the namespaces of', options);
        const [last] = readKeys(fields, layout());
        if (typeof last !== 'string') return [...found];
        const { namespace = '' } = decodeKey(last, layout());
        filter = found.has(namespace) ? behind(last, layout()) : behindNamespace(last, layout());
        found.add(namespace);
      }
    },

    async listEmptyNamespaces(options) {
      // The default one is always there.
      return (await countPartitions(options)).empty.filter((one) => one !== '');
    },

    async scan({ partition: given, namespace, filter, cursor, limit, include }, options) {
      const now = layout();
      const part = given === undefined ? {} : readPart(given, context.name);
      const isEach = now.namespaces === 'partitions' && namespace === undefined && given === undefined;
      const places: readonly (string | undefined)[] = isEach ? now.partitions : [part.partition];
      if (cursor === undefined) tally.begin(given?.id, namespace === undefined && filter === undefined);
      const [from, text] = cursor === undefined ? [places[0], part.after] : parseCursor(cursor, context.name);
      const where = within(namespace);
      if (where === undefined) return { records: [], cursor: null };
      const partition = from ?? where.partition;
      const last = text === undefined ? undefined : parseKey(text, now);
      const range = part.until === undefined ? '' : upTo(parseKey(part.until, now), now);
      const condition = every(where.filter, range, await expressionOf(filter, options), behind(last, now));
      const fields = await asking.page(
        { filter: condition, partition, fields: outputFields(now, include) },
        limit,
        'read',
        options,
      );
      const inside = partition === undefined ? '' : namespaceOfPartition(partition);
      const read = understand(context, 'read', () => checkOrder(readPage(fields, now, include, inside), last));
      const key = read.keys.at(-1);
      tally.add(given?.id, read.records.length);
      const reached = key === undefined ? undefined : printKey(key);
      // Only the last key of a part, or an empty page, is the end: rows that share a key are shown as one, so that a page may be short before it.
      if (reached !== undefined && reached !== part.until)
        return { records: read.records, cursor: JSON.stringify([from ?? null, reached]) };
      const next = places[places.indexOf(from) + 1];
      if (next === undefined) tally.end(given?.id);
      return { records: read.records, cursor: next === undefined ? null : JSON.stringify([next, null]) };
    },

    async fetch(ids, options) {
      const now = layout();
      const namespace = options?.namespace ?? '';
      const where = within(now.namespaces === 'key' ? undefined : namespace);
      const keys = ids.map((id) => encodeKey({ id, namespace }, now)).filter((key) => key !== undefined);
      if (where === undefined || keys.length === 0) return [];
      const include = ['vectors', 'metadata'] as const;
      const fetchSome = async (some: readonly (string | bigint)[]): Promise<Page['records']> => {
        try {
          const fields = await asking.all(
            { ...where, filter: amongKeys(some, now), fields: outputFields(now, include) },
            'fetch from',
            options,
          );
          return understand(context, 'fetch from', () =>
            readPage(fields, now, include, where.partition === undefined ? '' : namespace),
          ).records;
        } catch (error) {
          if (!VsmError.isInstance(error) || !isTooLarge(error.cause) || some.length === 1) throw error;
          const middle = Math.ceil(some.length / 2);
          return [...(await fetchSome(some.slice(0, middle))), ...(await fetchSome(some.slice(middle)))];
        }
      };
      return [...(await fetchSome(keys))];
    },
  };
}

/** Conditions as one; `''` is none. */
function every(...conditions: readonly string[]): string {
  const given = conditions.filter((condition) => condition !== '');
  return given.length < 2 ? (given[0] ?? '') : given.map((condition) => `(${condition})`).join(' and ');
}

/** A page in another order would have the scan go on behind rows that it has not seen. */
function checkOrder(page: Page, after: string | bigint | undefined): Page {
  let last = after;
  for (const key of page.keys) {
    if (!isBehind(key, last))
      throw new WrongAnswer(`rows must come in the order of their keys, but ${key} comes behind ${last}`);
    last = key;
  }
  return page;
}

function parseCursor(cursor: string, name: string): [string | undefined, string | undefined] {
  try {
    const [partition, key] = JSON.parse(cursor) as [string | null, string | null];
    return [partition ?? undefined, key ?? undefined];
  } catch (cause) {
    throw invalidCursor('milvus', cursor, name, cause);
  }
}
