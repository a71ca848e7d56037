import { checkCount, isTooLarge, VsmError, type CallOptions } from '@vsm/core/adapter';
import { callOf, ofCollection, understand, type CollectionContext } from './context.ts';
import { isNotLoaded } from './errors.ts';
import { query } from './grpc/rows.ts';
import type { FieldData } from './grpc/schema.ts';
import type { Rows } from './hidden.ts';
import { behind } from './keys.ts';
import { readKeys } from './rows.ts';

/** What rows are asked for, and which of their fields. */
export interface Asked {
  readonly filter: string;
  /** Of the server, by its name; all of them where there is none. */
  readonly partition?: string | undefined;
  readonly fields: readonly string[];
}

/** Questions for the rows of one collection, which is loaded for the first. */
export interface Asking extends Rows {
  /** All that the filter finds, in any order. */
  readonly all: (asked: Asked, verb: string, options?: CallOptions) => Promise<readonly FieldData[]>;
  /** The first of them by their keys: at most so many, and fewer where they are too large for one message. */
  readonly page: (asked: Asked, limit: number, verb: string, options?: CallOptions) => Promise<readonly FieldData[]>;
}

/** Without them, milvus-lite gives pages in no order, and a loop by key loses rows: https://github.com/milvus-io/milvus-lite/issues/366 */
const IN_ORDER = [
  { key: 'iterator', value: 'True' },
  { key: 'reduce_stop_for_best', value: 'True' },
] as const;

export function createAsking(context: CollectionContext): Asking {
  const { client, layout } = context;
  /** Rows that a message has room for, once that was too many. */
  let most = Number.POSITIVE_INFINITY;

  const ask = async (
    { filter, partition, fields }: Asked,
    limit: number | undefined,
    verb: string,
    options?: CallOptions,
  ): Promise<readonly FieldData[]> => {
    await context.load(options?.signal);
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

  const page: Asking['page'] = async (asked, wanted, verb, options) => {
    const limit = Math.min(wanted, most);
    try {
      return await ask(asked, limit, verb, options);
    } catch (error) {
      if (!VsmError.isInstance(error) || !isTooLarge(error.cause) || limit === 1) throw error;
      most = Math.ceil(limit / 2);
      return page(asked, wanted, verb, options);
    }
  };

  return {
    all: (asked, verb, options) => ask(asked, undefined, verb, options),
    page,
    async count(filter, partition, options) {
      // milvus-lite counts the whole collection where there is a partition and no filter.
      const isWhole = partition === undefined || filter !== '' || (await context.isServer(options?.signal));
      const asked = { filter: isWhole ? filter : behind(undefined, layout()), partition, fields: ['count(*)'] };
      const fields = await ask(asked, undefined, 'count', options);
      const [count] = fields[0]?.scalars?.longs?.data ?? [];
      return understand(context, 'count', () => checkCount(Number(count), 'the count'));
    },
    async keys(filter, partition, limit, options) {
      const asked = { filter, partition, fields: [layout().key.name] };
      return readKeys(await page(asked, limit, 'read the keys of', options), layout());
    },
  };
}
