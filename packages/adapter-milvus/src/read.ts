import {
  checkCount,
  invalidCursor,
  isTooLarge,
  VsmError,
  WrongAnswer,
  type CallOptions,
  type CollectionV1,
  type CountRequest,
} from '@vsm/core/adapter';
import { isNotLoaded } from './errors.ts';
import { callOf, ofCollection, understand, type CollectionContext } from './context.ts';
import { query } from './grpc/service.ts';
import type { FieldData } from './grpc/schema.ts';
import {
  amongKeys,
  behind,
  behindNamespace,
  decodeKey,
  encodeKey,
  isBehind,
  parseKey,
  printKey,
  withinNamespace,
} from './keys.ts';
import { namespaceOfPartition } from './layout.ts';
import { outputFields, readKeys, readPage, type Page } from './rows.ts';
import { sharedKeys, type Rows } from './hidden.ts';

export interface Reader extends Pick<CollectionV1, 'scan' | 'fetch'> {
  readonly witness: NonNullable<CollectionV1['witness']>;
  readonly count: (request: CountRequest, options?: CallOptions) => Promise<number>;
  readonly listNamespaces: (options?: CallOptions) => Promise<string[]>;
}

const HIDDEN =
  'Milvus counts each of several rows that share a key, and shows one of them; 2.3 never shows the row with the greatest integer of 64 bits for a key either.';
/** Without them, milvus-lite gives pages in no order, and a loop by key loses rows: https://github.com/milvus-io/milvus-lite/issues/366 */
const IN_ORDER = [
  { key: 'iterator', value: 'True' },
  { key: 'reduce_stop_for_best', value: 'True' },
] as const;

export function createReader(context: CollectionContext): Reader {
  const { client, layout } = context;
  /** Records that the last scan of everything gave. */
  let seen: number | undefined;
  let given = 0;
  /** Rows that a message has room for, once that was too many. */
  let most = Number.POSITIVE_INFINITY;

  interface Asked {
    readonly filter: string;
    readonly partition?: string | undefined;
    readonly fields: readonly string[];
    readonly limit?: number | undefined;
  }
  const ask = async (asked: Asked, verb: string, options?: CallOptions): Promise<readonly FieldData[]> => {
    await context.load(options?.signal);
    const { filter, partition, fields, limit } = asked;
    const params = limit === undefined ? [] : [{ key: 'limit', value: String(limit) }, ...IN_ORDER];
    const partitions = partition === undefined ? [] : [partition];
    const request = { ...ofCollection(context), filter, partitions, fields, params };
    try {
      return (await client.call(query, request, callOf(context, verb, options))).fields;
    } catch (error) {
      if (isNotLoaded(error)) context.unloaded();
      throw error;
    }
  };

  const countRows = async (filter: string, partition?: string, options?: CallOptions): Promise<number> => {
    const fields = await ask({ filter, partition, fields: ['count(*)'] }, 'count', options);
    const [count] = fields[0]?.scalars?.longs?.data ?? [];
    return understand(context, 'count', () => checkCount(Number(count), 'the count'));
  };

  /** Halved until a page goes into one message. */
  const page = async (
    asked: Asked & { readonly limit: number },
    verb: string,
    options?: CallOptions,
  ): Promise<readonly FieldData[]> => {
    const limit = Math.min(asked.limit, most);
    try {
      return await ask({ ...asked, limit }, verb, options);
    } catch (error) {
      if (!VsmError.isInstance(error) || !isTooLarge(error.cause) || limit === 1) throw error;
      most = Math.ceil(limit / 2);
      return page(asked, verb, options);
    }
  };

  const rows: Rows = {
    count: countRows,
    keys: async (filter, partition, limit, options) =>
      readKeys(
        await page({ filter, partition, fields: [layout().key.name], limit }, 'read the keys of', options),
        layout(),
      ),
  };

  /** The namespace as a filter, or as the partition that it is. */
  const within = (namespace: string | undefined): Pick<Asked, 'filter' | 'partition'> | undefined => {
    const { namespaces, partitions } = layout();
    if (namespace === undefined) return { filter: '' };
    if (namespaces === 'key') return { filter: withinNamespace(namespace, layout()) };
    if (namespaces === undefined) return namespace === '' ? { filter: '' } : undefined;
    const partition = partitions.find((name) => namespaceOfPartition(name) === namespace);
    return partition === undefined ? undefined : { filter: '', partition };
  };
  const both = (left: string, right: string): string => (left === '' ? right : `${left} and (${right})`);

  return {
    async count({ namespace }, options) {
      const where = within(namespace);
      return where === undefined ? 0 : countRows(where.filter, where.partition, options);
    },

    async witness(options) {
      const count = await countRows('', undefined, options);
      const keys = seen === undefined || seen === count ? [] : await sharedKeys(rows, layout(), options);
      const named = keys.length === 0 ? '' : ` Keys that several rows have: ${keys.join(', ')}.`;
      return { count, by: 'count(*)', hint: HIDDEN + named };
    },

    async listNamespaces(options) {
      const { namespaces, partitions, key } = layout();
      if (namespaces === undefined) return [''];
      if (namespaces === 'partitions') {
        const counts = await Promise.all(partitions.map((partition) => countRows('', partition, options)));
        return partitions.filter((_, at) => (counts[at] ?? 0) > 0).map(namespaceOfPartition);
      }
      // From the first key of one to the first behind all that it can have.
      const found = new Set<string>();
      for (let filter = behind(undefined, layout()); ;) {
        const fields = await page({ filter, fields: [key.name], limit: 1 }, 'list the namespaces of', options);
        const [last] = readKeys(fields, layout());
        if (typeof last !== 'string') return [...found];
        const { namespace = '' } = decodeKey(last, layout());
        filter = found.has(namespace) ? behind(last, layout()) : behindNamespace(last, layout());
        found.add(namespace);
      }
    },

    async scan({ namespace, cursor, limit, include }, options) {
      if (cursor === undefined) [given, seen] = [0, undefined];
      const now = layout();
      const all: readonly (string | undefined)[] =
        now.namespaces === 'partitions' && namespace === undefined ? now.partitions : [undefined];
      const [first] = all;
      const [from, text] = cursor === undefined ? [first, undefined] : parseCursor(cursor, context.name);
      const where = within(namespace);
      if (where === undefined) return { records: [], cursor: null };
      const partition = from ?? where.partition;
      const last = text === undefined ? undefined : parseKey(text, now);
      const fields = await page(
        { filter: both(where.filter, behind(last, now)), partition, fields: outputFields(now, include), limit },
        'read',
        options,
      );
      const inside = partition === undefined ? '' : namespaceOfPartition(partition);
      const read = understand(context, 'read', () => checkOrder(readPage(fields, now, include, inside), last));
      const key = read.keys.at(-1);
      given += read.records.length;
      if (key !== undefined) return { records: read.records, cursor: JSON.stringify([from ?? null, printKey(key)]) };
      // Only an empty page is the end: rows that share a key are shown as one, so that a page may be short before it.
      const next = all[all.indexOf(from) + 1];
      if (next === undefined && namespace === undefined) seen = given;
      return { records: [], cursor: next === undefined ? null : JSON.stringify([next, null]) };
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
          const fields = await ask(
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
