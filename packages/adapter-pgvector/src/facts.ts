import type { Column } from './column.ts';

/** What the catalog says about a table, before anybody decides which column is what. */
export interface TableFacts {
  readonly columns: readonly Column[];
  readonly keys: readonly UniqueKey[];
  /** `false` for views. */
  readonly hasRowPlaces: boolean;
  /** Rows lie in partitions or in child tables too, where places repeat. */
  readonly severalTables: boolean;
}

/** Columns that together are unique in every row. */
export interface UniqueKey {
  readonly primary: boolean;
  readonly columns: readonly string[];
}

/** An application adds a row again without looking whether it is there: of those with one value of `of`, the highest `by` counts. */
export interface Latest {
  readonly of: Column;
  /** Numbers the rows, and is the key by which they are read. */
  readonly by: Column;
}
