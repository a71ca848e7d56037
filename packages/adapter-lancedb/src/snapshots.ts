import type { Connection, Table } from '@lancedb/lancedb';

/** One scan needs one. */
const MOST_SNAPSHOTS = 4;

/** Open versions of a table. */
export class Snapshots {
  readonly #connection: Connection;
  readonly #name: string;
  readonly #open = new Map<number, Promise<Table>>();

  constructor(connection: Connection, name: string) {
    this.#connection = connection;
    this.#name = name;
  }

  async at(version: number): Promise<Table> {
    const known = this.#open.get(version);
    if (known !== undefined) return known;
    const opening = this.#checkOut(version);
    this.#open.set(version, opening);
    const [oldest] = this.#open.keys();
    if (this.#open.size > MOST_SNAPSHOTS && oldest !== undefined) this.#open.delete(oldest);
    return opening.catch((cause: unknown) => {
      this.#open.delete(version);
      throw cause;
    });
  }

  close(): void {
    for (const opened of this.#open.values()) opened.then((frozen) => frozen.close()).catch(() => undefined);
    this.#open.clear();
  }

  async #checkOut(version: number): Promise<Table> {
    const table = await this.#connection.openTable(this.#name);
    await table.checkout(version);
    return table;
  }
}
