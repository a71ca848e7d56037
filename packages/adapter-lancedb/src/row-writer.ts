import type { Table as LanceTable } from '@lancedb/lancedb';
import { HashSet, keyHash, type VectorRecord } from '@vsm/core/adapter';
import { keyOf, keysOf } from './doubles.ts';
import type { Layout } from './schema.ts';
import { toTable } from './write.ts';

interface Written {
  readonly ids: HashSet;
  /** Whether no two rows of the table have one id. */
  readonly distinct: boolean;
  readonly version: number;
}

/** Ids are read once this share of the rows was merged: reading them all for a few new rows would cost more than a merge. */
const SHARE = 8;
/** Of which a {@link HashSet} holds no more. */
const MOST_IDS = 6_000_000;

/**
 * Writes rows in the cheapest way that leaves one of each record. A merge reads the ids of all rows that are there, so that filling a
 * table by merges takes ever longer. Rows are added instead where none with their ids can be there: all ids of the table are known, as it
 * was empty or they were read, and every version since then was written here. In tables made by others ids may be numbers, which many
 * texts mean: there all is merged.
 */
export class RowWriter {
  readonly #table: LanceTable;
  #written: Written | undefined;
  #merged = 0;

  constructor(table: LanceTable) {
    this.#table = table;
  }

  /** To be called while nobody else writes. */
  async write(records: readonly VectorRecord[], layout: Layout, replace: boolean): Promise<void> {
    const written = layout.own === undefined ? undefined : await this.#known(layout);
    // Whatever fails on the way, it is not known what became of it.
    this.#written = undefined;
    if (written === undefined) {
      await this.#merge(records, layout, replace);
      return;
    }
    const { ids, distinct } = written;
    let { version } = written;
    const { added, merged } = split(records, ids);
    for (const rows of [added, merged]) {
      if (rows.length === 0) continue;
      const next = await (rows === added ? this.#add(rows, layout) : this.#merge(rows, layout, replace));
      // A version that is not the next one has another writer's before it.
      if (next !== version + 1) return;
      version = next;
    }
    this.#written = { ids, distinct, version };
  }

  /** Whether it is known that no record lies in two rows. */
  async isDistinct(): Promise<boolean> {
    await this.#table.checkoutLatest();
    return this.#written?.distinct === true && this.#written.version === (await this.#table.version());
  }

  /** After this, ids are known of an empty table only, until others were merged. */
  forget(): void {
    this.#written = undefined;
  }

  async #known(layout: Layout): Promise<Written | undefined> {
    // A connection of others may look for new versions when it likes.
    await this.#table.checkoutLatest();
    const version = await this.#table.version();
    if (this.#written?.version === version) return this.#written;
    const rows = await this.#table.countRows();
    if (rows > Math.min(this.#merged * SHARE, MOST_IDS)) return undefined;
    const ids = new HashSet();
    let distinct = true;
    if (rows > 0) for await (const { key } of keysOf(this.#table, layout)) if (!isNew(ids, key)) distinct = false;
    return { ids, distinct, version };
  }

  async #add(records: readonly VectorRecord[], layout: Layout): Promise<number> {
    return (await this.#table.add(toTable(records, layout))).version;
  }

  async #merge(records: readonly VectorRecord[], layout: Layout, replace: boolean): Promise<number> {
    const keys = [...layout.ids, ...(layout.namespace === undefined ? [] : [layout.namespace])];
    const merge = this.#table.mergeInsert(keys).whenNotMatchedInsertAll();
    this.#merged += records.length;
    const { version } = await (replace ? merge.whenMatchedUpdateAll() : merge).execute(toTable(records, layout));
    return version;
  }
}

/** Those whose ids were never written, and the others. */
function split(records: readonly VectorRecord[], ids: HashSet): { added: VectorRecord[]; merged: VectorRecord[] } {
  const added: VectorRecord[] = [];
  const merged: VectorRecord[] = [];
  for (const record of records) (isNew(ids, keyOf(record)) ? added : merged).push(record);
  return { added, merged };
}

/** Certain where it is true. */
function isNew(ids: HashSet, key: string): boolean {
  const { high, low } = keyHash(key);
  return ids.add(high, low) === true;
}
