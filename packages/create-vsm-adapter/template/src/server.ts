// A toy that stands for Acme: it lives in this process, and answers like a server, with a status and its own form of a record.
// TODO 1 (harness/, lifecycle/): put Acme's own client here, and start a real server in test/acme.test.ts. Use https, and `createHttp` of
// @vsm/core/adapter where there is no client worth having. Pass `signal` on, so that a run can be stopped.
import { distance } from '@vsm/core/adapter';

export type Space = 'cosine' | 'l2' | 'dot';

export interface Row {
  readonly key: string;
  readonly values: Float32Array;
  /** JSON, kept as it was sent. */
  readonly fields: string;
  readonly text: string | null;
}

export interface Table {
  readonly space: Space;
  /** Unknown before the first row, where none was named. */
  readonly size: number | null;
}

/** `status` is missing where nobody answered. */
export class ServerError extends Error {
  readonly status: number | undefined;
  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

interface Kept {
  table: Table;
  readonly rows: Map<string, Row>;
}

const running = new Map<string, { readonly apiKey: string; readonly tables: Map<string, Kept> }>();

/** Starts a server of its own, and returns its URL. */
export function startToyServer(apiKey: string): string {
  const url = `http://toy-${running.size + 1}.invalid`;
  running.set(url, { apiKey, tables: new Map() });
  return url;
}

const METRICS = { cosine: 'cosine', l2: 'euclidean', dot: 'dot' } as const;

export class Client {
  readonly url: string;
  readonly #apiKey: string;
  constructor(url: string, apiKey: string) {
    this.url = url;
    this.#apiKey = apiKey;
  }
  async listTables(): Promise<string[]> {
    return [...this.#tables().keys()].toSorted();
  }
  async createTable(name: string, table: Table): Promise<void> {
    if (this.#tables().has(name)) throw new ServerError(`table "${name}" exists`, 409);
    this.#tables().set(name, { table, rows: new Map() });
  }
  async readTable(name: string): Promise<Table> {
    return this.#table(name).table;
  }
  async dropTable(name: string): Promise<void> {
    this.#table(name);
    this.#tables().delete(name);
  }
  async countRows(name: string): Promise<number> {
    return this.#table(name).rows.size;
  }
  async putRows(name: string, rows: readonly Row[]): Promise<void> {
    const kept = this.#table(name);
    for (const row of rows) {
      kept.table = { ...kept.table, size: kept.table.size ?? row.values.length };
      kept.rows.set(row.key, row);
    }
  }
  async getRows(name: string, keys: readonly string[]): Promise<Row[]> {
    const { rows } = this.#table(name);
    return keys.flatMap((key) => rows.get(key) ?? []);
  }
  async deleteRows(name: string, keys: readonly string[]): Promise<void> {
    const { rows } = this.#table(name);
    for (const key of keys) rows.delete(key);
  }
  /** Rows in the order of their keys, from the one after `key` on. */
  async rowsAfter(name: string, key: string | undefined, limit: number): Promise<Row[]> {
    return [...this.#table(name).rows.values()]
      .filter((row) => key === undefined || row.key > key)
      .toSorted((left, right) => (left.key < right.key ? -1 : 1))
      .slice(0, limit);
  }
  async nearestRows(name: string, values: Float32Array, limit: number): Promise<{ key: string; distance: number }[]> {
    const { table, rows } = this.#table(name);
    return [...rows.values()]
      .map((row) => ({ key: row.key, distance: distance(METRICS[table.space], values, row.values) }))
      .toSorted((left, right) => left.distance - right.distance || (left.key < right.key ? -1 : 1))
      .slice(0, limit);
  }
  #tables(): Map<string, Kept> {
    const server = running.get(this.url);
    if (server === undefined) throw new ServerError(`nobody answers at ${this.url}`);
    if (server.apiKey !== this.#apiKey) throw new ServerError('the API key is wrong', 401);
    return server.tables;
  }
  #table(name: string): Kept {
    const kept = this.#tables().get(name);
    if (kept === undefined) throw new ServerError(`there is no table "${name}"`, 404);
    return kept;
  }
}
