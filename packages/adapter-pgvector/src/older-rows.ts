import type { Connection } from './client.ts';
import type { Column } from './column.ts';
import type { Latest } from './facts.ts';
import type { Table } from './catalog.ts';
import { identifier, Parameters, where } from './sql.ts';

/** Of a stretch of the table, the rows that a newer one has replaced, each with the number of that one. */
interface Stretch {
  readonly from: bigint;
  /** Absent where it goes to the end. */
  readonly to: bigint | undefined;
  readonly newest: ReadonlyMap<string, string>;
}

/** How many replaced rows are remembered at once of each part that is read; to find the next, the table is passed through again. */
const REMEMBERED = 50_000;
/** Parts that are read at once; what is remembered of the one that was begun first goes. */
const MOST_PARTS = 8;

type Conditions = (parameters: Parameters) => readonly string[];

/** Which rows are looked for. */
interface Chosen {
  /** Rows among which the newest is, such as those of a namespace. */
  readonly within: Conditions;
  /** Of these, the rows that are told: a row that is left out may still be the newer one. */
  readonly told: Conditions;
}

const NONE: ReadonlyMap<string, string> = new Map();

/** Tells the rows that a newer one has replaced, in a table whose ids nothing keeps unique. */
export class OlderRows {
  readonly #connection: Connection;
  readonly #table: Table;
  readonly #latest: Latest;
  readonly #remembered: number;
  readonly #stretches = new Map<string, Stretch>();
  #count: number | undefined;

  constructor(connection: Connection, table: Table, latest: Latest, remembered: number = REMEMBERED) {
    this.#connection = connection;
    this.#table = table;
    this.#latest = latest;
    this.#remembered = remembered;
  }

  /** How many there were in the whole table when it was first asked. */
  async count(): Promise<number> {
    if (this.#count !== undefined) return this.#count;
    const of = identifier(this.#latest.of.name);
    const groups = groupsOf(this.#latest, this.#table.layout.namespace);
    const [row] = await this.#connection.run<{ n: string | null }>(
      `cannot count the older rows of "${this.#table.name}"`,
      `SELECT sum(n - 1)::text AS n FROM (SELECT count(*) AS n FROM ${this.#table.path} AS t WHERE ${of} IS NOT NULL GROUP BY ${groups}) AS g`,
    );
    this.#count = Number(row?.n ?? 0);
    return this.#count;
  }

  /** Of rows of a page, in the order of their numbers. `part` names what is read, and `fresh` its first page. */
  async onPage(
    numbers: readonly string[],
    { part, fresh, ...chosen }: Chosen & { readonly part: string; readonly fresh: boolean },
  ): Promise<ReadonlyMap<string, string>> {
    const [first] = numbers;
    const last = numbers.at(-1);
    if (first === undefined || last === undefined || (await this.count()) === 0) return NONE;
    const known = this.#stretches.get(part);
    if (!fresh && known !== undefined && holds(known, first) && holds(known, last)) return known.newest;
    // A stretch that begins at the page and holds more rows than the page ends behind it.
    const limit = Math.max(this.#remembered, numbers.length + 1);
    const { rows, newest } = await this.#find({ ...chosen, limit, from: first });
    const from = BigInt(first);
    const stretch = { from, to: rows < limit ? undefined : BigInt([...newest.keys()].at(-1) ?? first), newest };
    this.#stretches.delete(part);
    this.#stretches.set(part, stretch);
    for (const oldest of [...this.#stretches.keys()].slice(0, -MOST_PARTS)) this.#stretches.delete(oldest);
    return newest;
  }

  /** How it is told which row is older. */
  get latest(): Latest {
    return this.#latest;
  }

  /** Of the rows with these numbers. */
  async of(numbers: readonly string[]): Promise<ReadonlyMap<string, string>> {
    if (numbers.length === 0 || (await this.count()) === 0) return NONE;
    const { newest } = await this.#find({ within: () => [], told: () => [], limit: numbers.length, numbers });
    return newest;
  }

  async #find(
    wanted: Chosen & {
      readonly limit: number;
      readonly from?: string | undefined;
      readonly numbers?: readonly string[] | undefined;
    },
  ): Promise<{ rows: number; newest: ReadonlyMap<string, string> }> {
    const { path, name, layout } = this.#table;
    const latest = this.#latest;
    const parameters = new Parameters();
    const of = identifier(latest.of.name);
    const groups = groupsOf(latest, layout.namespace);
    const rows = where([`${of} IS NOT NULL`, ...wanted.within(parameters)]);
    const told = wanted.told(parameters).map((condition) => `(${condition})`);
    const type = latest.by.base;
    const chosen = [
      ...(told.length === 0 ? [] : ['told']),
      ...(wanted.from === undefined ? [] : [`number >= ${parameters.add(wanted.from)}::text::${type}`]),
      ...(wanted.numbers === undefined ? [] : [`number = ANY (${parameters.add(wanted.numbers)}::text[]::${type}[])`]),
    ];
    const found = await this.#connection.run<{ number: string; newest: string }>(
      `cannot look for the older rows of "${name}"`,
      `SELECT number::text AS number, newest::text AS newest FROM (SELECT ${identifier(latest.by.name)} AS number, ` +
        `max(${identifier(latest.by.name)}) OVER (PARTITION BY ${groups}) AS newest` +
        `${told.length === 0 ? '' : `, ${told.join(' AND ')} AS told`} FROM ${path} AS t${rows}) AS n` +
        `${where(['number < newest', ...chosen])} ORDER BY n.number LIMIT ${parameters.add(wanted.limit)}::int`,
      parameters.values,
    );
    return { rows: found.length, newest: new Map(found.map(({ number, newest }) => [number, newest])) };
  }
}

/** Ids are unique within a namespace. */
function groupsOf({ of }: Latest, namespace: Column | undefined): string {
  return [of, ...(namespace === undefined ? [] : [namespace])].map(({ name }) => identifier(name)).join(', ');
}

function holds({ from, to }: Stretch, number: string): boolean {
  const value = BigInt(number);
  return value >= from && (to === undefined || value <= to);
}
