import type { CallOptions } from '@vsm/core/adapter';
import { amongRange, behind, printKey } from './keys.ts';
import type { Layout } from './layout.ts';

type Key = string | bigint;

/** Rows of a collection, or of a partition, as a filter finds them. */
export interface Rows {
  readonly count: (filter: string, partition: string | undefined, options?: CallOptions) => Promise<number>;
  /** The first keys that a filter finds, each once. */
  readonly keys: (
    filter: string,
    partition: string | undefined,
    limit: number,
    options?: CallOptions,
  ) => Promise<readonly Key[]>;
}

const PAGE = 5000;
const MOST_NAMED = 10;

/**
 * Keys that several rows have, which an insert does not look at: all of them are counted, and one is shown
 * (https://github.com/milvus-io/milvus/issues/37389). Pages are counted, and halved where they hold more rows than keys.
 */
export async function sharedKeys(rows: Rows, layout: Layout, options?: CallOptions): Promise<string[]> {
  const found: string[] = [];
  const look = async (keys: readonly Key[], partition: string | undefined): Promise<void> => {
    const [first, last] = [keys[0], keys.at(-1)];
    if (first === undefined || last === undefined || found.length >= MOST_NAMED) return;
    if ((await rows.count(amongRange(first, last, layout), partition, options)) === keys.length) return;
    if (keys.length === 1) found.push(printKey(first));
    else {
      const middle = Math.ceil(keys.length / 2);
      await look(keys.slice(0, middle), partition);
      await look(keys.slice(middle), partition);
    }
  };
  for (const partition of layout.namespaces === 'partitions' ? layout.partitions : [undefined]) {
    let last: Key | undefined;
    do {
      const keys = await rows.keys(behind(last, layout), partition, PAGE, options);
      await look(keys, partition);
      last = keys.at(-1);
    } while (last !== undefined && found.length < MOST_NAMED);
  }
  return found;
}
