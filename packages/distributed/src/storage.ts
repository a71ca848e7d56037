/** What is made of the rows that were read. */
export interface Change<Result> {
  readonly result: Result;
  /** A row that is put as `undefined` is there no longer. */
  readonly put?: ReadonlyMap<string, string | undefined> | undefined;
}

export interface Rows {
  /** Nobody changes these between reading and writing; else `change` is asked again. */
  readonly locked: readonly string[];
  /** As locked, and nobody holds them steady meanwhile. Whoever changes what others hold steady asks for it so, and gets its turn. */
  readonly alone?: readonly string[] | undefined;
  /** Nobody changes these meanwhile, and others may hold them so at the same time. They are only read. */
  readonly steady?: readonly string[] | undefined;
  /** These are read only, as they stand. */
  readonly seen?: readonly string[] | undefined;
  /**
   * `change` is told whether there is any row whose key begins so. Exact against all who make such rows while they hold a row steady that
   * is held alone here.
   */
  readonly prefix?: string | undefined;
}

/**
 * Where a ledger keeps its rows: texts by key, in spaces of their own. What a ledger promises is decided once, above this; a storage
 * has to promise that a transaction is all or nothing, and that the rows it locked are the ones it read.
 */
export interface LedgerStorage {
  /** `change` may be asked several times, and must do nothing but answer. `now` is the server's clock, in milliseconds. */
  transact<Result>(
    space: string,
    rows: Rows,
    change: (read: (key: string) => string | undefined, now: number, any: boolean) => Change<Result>,
  ): Promise<Result>;
  read(space: string, keys: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Those whose key begins so, in the order of their keys. */
  list(space: string, prefix: string): AsyncIterable<readonly [key: string, value: string]>;
  close(): Promise<void>;
}
