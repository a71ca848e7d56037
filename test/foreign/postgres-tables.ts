/** Tables of Postgres as others make them, at random. */

/** One table, by the statements that make it. */
export interface ForeignTable {
  readonly name: string;
  readonly sql: string;
  readonly columns: readonly string[];
  /** What no record has: what the database computes or counts, and what the options leave out. */
  readonly leftOut: ReadonlySet<string>;
  readonly options: { readonly id?: string; readonly ignore?: readonly string[] };
}

/** Tells rows apart wherever they go. */
export const MARKER = 'mark';

interface Column {
  readonly name: string;
  /** With its constraints. */
  readonly type: string;
  /** An SQL expression, `undefined` for what the database fills. */
  readonly value?: ((row: number) => string) | undefined;
  readonly leftOut?: boolean;
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export function foreignTable(seed: number): ForeignTable {
  const random = randomOf(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const chance = (share: number): boolean => random() < share;
  const pick = <Item>(list: readonly Item[]): Item => list[below(list.length)] as Item;
  const rows = chance(0.05) ? 0 : 1 + below(12);
  const columns: Column[] = [{ name: MARKER, type: 'integer', value: String }];
  const constraints: string[] = [];
  const add = (column: Column): void => {
    if (!columns.some(({ name }) => name === column.name)) columns.push(column);
  };
  const gap =
    (share: number, value: (row: number) => string) =>
    (row: number): string =>
      chance(share) ? 'NULL' : value(row);

  const uuid = (row: number): string => `'00000000-0000-4000-8000-${String(row).padStart(12, '0')}'`;
  const key = pick(['id', 'id', 'ID', '_id', 'doc_id', 'the "key"']);
  const keys: readonly (() => void)[] = [
    () => add({ name: key, type: 'text PRIMARY KEY', value: (row) => `'k ${row}'` }),
    () => add({ name: key, type: 'bigint PRIMARY KEY', value: (row) => `${row * 3 - 5}` }),
    () => add({ name: key, type: 'uuid PRIMARY KEY', value: uuid }),
    () => add({ name: key, type: 'varchar(40) NOT NULL UNIQUE', value: (row) => `'u${row}'` }),
    () => add({ name: key, type: 'bigserial PRIMARY KEY' }),
    () => {
      // A number of the row beside the application's id.
      add({ name: 'id', type: 'serial PRIMARY KEY', leftOut: true });
      add({ name: 'vector_id', type: 'text NOT NULL UNIQUE', value: (row) => `'v${row}'` });
    },
    () => {
      add({ name: 'tenant', type: 'text', value: (row) => `'t${row % 2}'` });
      add({ name: 'part', type: 'integer', value: String });
      constraints.push('PRIMARY KEY (tenant, part)');
    },
    () => {
      add({ name: 'namespace', type: 'text', value: (row) => `'n${row % 2}'` });
      add({ name: key, type: 'text', value: (row) => `'${row >> 1}'` });
      constraints.push(`PRIMARY KEY (namespace, ${quoted(key)})`);
    },
    () => add({ name: key, type: 'text', value: (row) => `'free ${row}'` }),
    // Ids that repeat or are missing.
    () => add({ name: key, type: 'text', value: gap(0.2, (row) => `'${row % 4}'`) }),
    () => undefined,
  ];
  pick(keys)();

  const numbers = (length: number): string[] => Array.from({ length }, () => `${(below(4000) - 2000) / 8}`);
  const vectors: readonly (() => Column)[] = [
    () => ({ name: 'embedding', type: 'vector(3)', value: gap(0.1, () => `'[${numbers(3).join()}]'`) }),
    () => ({ name: 'v', type: 'vector', value: gap(0.1, () => `'[${numbers(4).join()}]'`) }),
    () => ({ name: 'half', type: 'halfvec(9)', value: () => `'[${numbers(9).join()}]'` }),
    () => ({ name: 'words', type: 'sparsevec(50)', value: (row) => `'{${row + 1}:1.5,49:-2}/50'` }),
    () => ({ name: 'bits', type: 'bit(64)', value: () => `b'${Array.from({ length: 64 }, () => below(2)).join('')}'` }),
    () => ({ name: 'uneven', type: 'vector', value: (row) => `'[${numbers(2 + (row % 2)).join()}]'` }),
  ];
  const count = chance(0.05) ? 0 : chance(0.6) ? 1 : 2 + below(2);
  for (let at = 0; at < count; at += 1) add(pick(vectors.slice(0, chance(0.9) ? 5 : 6))());

  const word = (row: number): string => `'word ${row}, ${below(1000)}'`;
  const texts = [
    'document',
    'text',
    'content',
    'pageContent',
    'body',
    'Title',
    'uri',
    'namespace',
    'source',
    'source__column',
  ];
  for (let at = below(4); at > 0; at -= 1) {
    const type = pick(['text', 'text', 'varchar', 'varchar(90)', 'text NOT NULL']);
    add({ name: pick(texts), type, value: type.endsWith('NULL') ? word : gap(0.2, word) });
  }
  const objects = [
    `'{"source": "inside", "page": 1}'`,
    `'{"source": "a", "source__column": "b", "mark": "inside"}'`,
    `'{"deep": {"list": [1, "x", true]}, "name": "n"}'`,
    `'{}'`,
    `'[1, 2, "three"]'`,
    `'"alone"'`,
    'NULL',
  ];
  for (let at = below(3); at > 0; at -= 1) {
    add({
      name: pick(['metadata', 'metadata_', 'cmetadata', 'meta', 'payload', 'extra']),
      type: pick(['json', 'jsonb']),
      value: () => pick(objects),
    });
  }
  const others: readonly Column[] = [
    { name: 'count', type: 'bigint', value: gap(0.2, () => '9007199254740993') },
    { name: 'price', type: 'numeric(12,2)', value: gap(0.2, () => `${below(9999)}.25`) },
    { name: 'ratio', type: 'double precision', value: gap(0.2, () => `${below(99) / 4}`) },
    { name: 'flag', type: 'boolean', value: gap(0.2, () => pick(['true', 'false'])) },
    { name: 'at', type: 'timestamptz', value: gap(0.2, () => `'2026-01-02 03:04:05.00${below(10)}+00'`) },
    { name: 'day', type: 'date', value: gap(0.2, () => `'2026-01-0${1 + below(9)}'`) },
    { name: 'tags', type: 'text[]', value: gap(0.2, (row) => `'{a${row},"b c"}'`) },
    { name: 'position', type: 'real[]', value: gap(0.2, () => `'{1.5,2.25}'`) },
    { name: 'embedding_old', type: 'double precision[]', value: gap(0.2, () => `'{${numbers(8).join()}}'`) },
    { name: 'raw', type: 'bytea', value: gap(0.2, (row) => String.raw`'\x0${row % 10}ff'`) },
    { name: 'address', type: 'inet', value: gap(0.2, (row) => `'10.0.0.${row}'`) },
    { name: 'span', type: 'interval', value: gap(0.2, (row) => `'${row} days 02:00:00'`) },
    { name: 'vector_id', type: 'text', value: gap(0.2, (row) => `'vid-${row}'`) },
    { name: 'flags', type: 'bit(4)', value: () => `b'1010'` },
    { name: 'mark_twice', type: `integer GENERATED ALWAYS AS (${MARKER} * 2) STORED`, leftOut: true },
    { name: 'searched', type: 'tsvector', value: () => `to_tsvector('english', 'two words')`, leftOut: true },
  ];
  for (let at = below(6); at > 0; at -= 1) add(pick(others));

  const mixed = columns
    .map((column) => ({ column, place: random() }))
    .toSorted((one, other) => one.place - other.place);
  const ordered = mixed.map(({ column }) => column);
  const ignorable = ordered.filter(
    ({ name, type }) =>
      name !== MARKER &&
      !/KEY|UNIQUE|GENERATED/.test(type) &&
      !/^(?:tenant|part|namespace)$/.test(name) &&
      name !== key,
  );
  const ignored = chance(0.15) && ignorable.length > 0 ? pick(ignorable).name : undefined;
  const filled = ordered.filter(({ value }) => value !== undefined);
  const name = chance(0.2) ? `Table "${seed}"` : `table_${seed}`;
  const inserts = Array.from(
    { length: rows },
    (_, row) =>
      `INSERT INTO ${quoted(name)} (${filled.map((column) => quoted(column.name)).join()}) VALUES (${filled.map(({ value }) => value?.(row)).join()})`,
  );
  const definitions = [...ordered.map((column) => `${quoted(column.name)} ${column.type}`), ...constraints];
  const hasKey = columns.some((column) => column.name === 'id' || column.name === key);
  return {
    name,
    sql: [`CREATE TABLE ${quoted(name)} (${definitions.join()})`, ...inserts].join(';\n'),
    columns: ordered.map((column) => column.name),
    leftOut: new Set([
      ...ordered.filter(({ leftOut }) => leftOut).map((column) => column.name),
      ...(ignored === undefined ? [] : [ignored]),
    ]),
    options: {
      ...(ignored !== undefined && { ignore: [ignored] }),
      ...(!hasKey && chance(0.5) && { id: '#row' }),
    },
  };
}

/** mulberry32 */
function randomOf(seed: number): () => number {
  let state = seed * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
