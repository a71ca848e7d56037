/** Collections as others make them, at random, and a judge that knows nothing of how they are read. */

type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };
export type Row = Readonly<Record<string, Plain>>;

/** What a column holds, for the writers of formats that have types. */
export type ColumnType =
  | 'text'
  | 'integer'
  | 'boolean'
  | 'double'
  | 'floats'
  | 'doubles'
  | 'integers'
  | { readonly struct: readonly string[] };

export interface Foreign {
  readonly seed: number;
  /** In the order of the file. */
  readonly columns: ReadonlyMap<string, ColumnType>;
  /** Length of the lists of a column, where they all have one. */
  readonly sizes: ReadonlyMap<string, number>;
  readonly rows: readonly Row[];
  /** Columns that the options name as vectors, so that they have to arrive as such. */
  readonly namedVectors: readonly string[];
  /** Options that a user might give, for the location. */
  readonly query: string;
}

/** Tells rows apart wherever they go. */
export const MARKER = 'marker';

interface Made {
  readonly name: string;
  readonly type: ColumnType;
  readonly size?: number | undefined;
  /** Meant as one, whatever a reader makes of it; not of objects that hold some. */
  readonly isVector?: boolean | undefined;
  readonly value: (row: number) => Plain;
}

type VectorForm = 'list' | 'text' | 'base64' | 'nested' | 'named';

const TYPED: readonly VectorForm[] = ['list', 'list', 'list', 'text', 'base64'];
const UNTYPED: readonly VectorForm[] = [...TYPED, 'nested', 'named'];
/** Where bytes are what vectors are kept as, text in their place is rare. */
export const MOSTLY_BYTES: readonly VectorForm[] = ['list', 'list', 'list', 'list', 'text'];

/** `typed`: each column has one type, as in Parquet and Arrow. `forms`: of vectors, one of which is picked. */
export function generate(seed: number, typed: boolean, forms = typed ? TYPED : UNTYPED): Foreign {
  const random = randomOf(seed);
  const chance = (share: number): boolean => random() < share;
  const pick = <Item>(list: readonly Item[]): Item => list[Math.floor(random() * list.length)] as Item;
  // Some are larger than any sample of them.
  const count = chance(0.15) ? 500 + Math.floor(random() * 1000) : 1 + Math.floor(random() * 40);
  const made: Made[] = [];
  const taken = new Set<string>([MARKER]);
  const add = (name: string, column: Omit<Made, 'name'>): void => {
    if (taken.has(name.toLowerCase())) return;
    taken.add(name.toLowerCase());
    made.push({ name, ...column });
  };
  // Small enough for float32 to hold, so that nothing is rounded on the way.
  const fraction = (): number => Math.floor(random() * 4000 - 2000) / 8;
  const gap =
    (share: number, value: (row: number) => Plain) =>
    (row: number): Plain =>
      chance(share) ? null : value(row);

  const idNames = chance(0.85) ? [pick(['id', '_id', 'ID'])] : [pick(['key', 'doc_id', 'uuid'])];
  if (chance(0.05)) idNames.push('_id', 'id');
  for (const name of idNames) {
    if (chance(0.3)) add(name, { type: 'integer', value: (row) => row * 7 + 1 });
    else add(name, { type: 'text', value: (row) => `${name}-${row}` });
  }

  for (let left = pick([0, 1, 1, 1, 1, 2]); left > 0; left -= 1) {
    const name = pick([
      'embedding',
      'vector',
      'emb',
      'title_embedding',
      'vec_a',
      'dense',
      'features',
      'x',
      'openaiVector',
      'embeddings',
    ]);
    const size = 2 + Math.floor(random() * 22);
    const from = chance(0.3) ? Math.floor(random() * count) : 0;
    const odd = chance(0.12) ? Math.floor(random() * count) : -1;
    const oddIsText = chance(0.5);
    const numbers = (row: number): number[] =>
      Array.from({ length: row === odd && !oddIsText ? size + 1 : size }, fraction);
    const absent = (row: number): boolean => row < from || chance(0.03);
    const form = pick(forms);
    if (form === 'text' || form === 'base64') {
      const print = (list: number[]): string =>
        form === 'text' ? JSON.stringify(list) : Buffer.from(Float32Array.from(list).buffer).toString('base64');
      add(name, {
        type: 'text',
        isVector: true,
        value: (row) => (absent(row) ? null : row === odd && oddIsText ? 'not available' : print(numbers(row))),
      });
      continue;
    }
    const wrap = (list: number[]): Plain =>
      form === 'nested'
        ? { values: list, model: 'm' }
        : form === 'named'
          ? { title: list, body: list.slice(0, 2) }
          : list;
    add(name, {
      type: chance(0.5) ? 'floats' : 'doubles',
      size: odd === -1 || oddIsText ? size : undefined,
      isVector: form === 'list',
      value: (row) => (absent(row) ? null : row === odd && oddIsText && !typed ? 'N/A' : wrap(numbers(row))),
    });
  }

  if (chance(0.6)) {
    add('token_ids', {
      type: 'integers',
      value: gap(0.1, () => Array.from({ length: 1 + Math.floor(random() * 20) }, () => Math.floor(random() * 30_000))),
    });
  }
  if (chance(0.3)) add('rgb_vec', { type: 'doubles', size: 3, value: () => [fraction(), fraction(), fraction()] });
  if (chance(0.3))
    add('hourly_temps', { type: 'doubles', size: 20, value: () => Array.from({ length: 20 }, fraction) });
  if (chance(0.7)) {
    const name = pick(['text', 'content', 'document', 'body', 'page_content']);
    const late = !typed && chance(0.1) ? Math.floor(random() * count) : -1;
    add(name, { type: 'text', value: gap(0.05, (row) => (row === late ? 12 : `text of ${row}`)) });
  }
  if (chance(0.05)) add('chunk', { type: 'text', value: (row) => `chunk ${row}` });
  if (chance(0.2)) add('namespace', { type: 'text', value: () => pick(['', 'eu', 'us']) });
  if (chance(0.2)) add('uri', { type: 'text', value: gap(0.2, (row) => `file:///${row}`) });
  if (chance(0.5)) add('source', { type: 'text', value: gap(0.1, () => pick(['crawler', 'upload'])) });
  if (chance(0.4)) add('year', { type: 'integer', value: gap(0.1, () => 2000 + Math.floor(random() * 30)) });
  if (chance(0.3)) add('draft', { type: 'boolean', value: gap(0.1, () => chance(0.5)) });
  if (chance(0.3)) add('score', { type: 'double', value: gap(0.1, fraction) });
  if (chance(0.5)) {
    const keys = ['lang', 'source', 'year', 'id', 'document'].filter(() => chance(0.5));
    const from = !typed && chance(0.3) ? Math.floor(random() * count) : 0;
    const entries = (row: number): Plain =>
      Object.fromEntries((keys.length === 0 || row < from ? ['lang'] : keys).map((key) => [key, `${key} of ${row}`]));
    const asText = chance(0.4);
    const odd = asText && chance(0.1) ? Math.floor(random() * count) : -1;
    add(pick(['metadata', 'metadata', 'payload', 'props']), {
      type: asText ? 'text' : { struct: keys.length === 0 ? ['lang'] : keys },
      value: gap(0.05, (row) => (row === odd ? 'no object' : asText ? JSON.stringify(entries(row)) : entries(row))),
    });
  }
  made.push({ name: MARKER, type: 'text', value: (row) => `row-${row}` });
  const columns = made
    .map((column) => [random(), column] as const)
    .toSorted(([a], [b]) => a - b)
    .map(([, column]) => column);
  const { query, namedVectors } = queryOf(columns, chance);
  return {
    seed,
    columns: new Map(columns.map(({ name, type }) => [name, type])),
    sizes: new Map(columns.flatMap(({ name, size }) => (size === undefined ? [] : [[name, size]]))),
    rows: Array.from({ length: count }, (_, row) =>
      Object.fromEntries(columns.map(({ name, value }) => [name, value(row)])),
    ),
    namedVectors,
    query,
  };
}

function queryOf(
  columns: readonly Made[],
  chance: (share: number) => boolean,
): Pick<Foreign, 'query' | 'namedVectors'> {
  const names = columns.map(({ name }) => name);
  const parts: string[] = [];
  if (!names.some((name) => /^_?id$/i.test(name)) && chance(0.7)) {
    parts.push(`id=${chance(0.5) ? (names.find((name) => /key|doc_id|uuid/.test(name)) ?? '%23row') : '%23row'}`);
  }
  const vectors = columns.filter(({ isVector }) => isVector === true).map(({ name }) => name);
  const namedVectors = vectors.length > 0 && chance(0.5) ? vectors : [];
  parts.push(...namedVectors.map((name) => `vector=${name}`));
  return { query: parts.length === 0 ? '' : `?${parts.join('&')}`, namedVectors };
}

/** Mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed * 0x9e3779b1;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Everything that a value holds, how often, whatever it is wrapped in: text that holds a list or an object counts as what it holds. */
function leavesOf(value: unknown, into: Map<string, number> = new Map()): Map<string, number> {
  // An empty namespace is the default one.
  if (value === null || value === undefined || value === '') return into;
  if (typeof value === 'string') {
    const inside = unwrapped(value);
    if (inside === undefined) into.set(value, (into.get(value) ?? 0) + 1);
    else leavesOf(inside, into);
  } else if (ArrayBuffer.isView(value)) {
    for (const item of value as Float32Array) leavesOf(item, into);
  } else if (typeof value === 'object' && typeof value.valueOf() !== 'number') {
    for (const item of Object.values(value)) leavesOf(item, into);
  } else {
    const leaf = JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? part.toString() : part));
    into.set(leaf, (into.get(leaf) ?? 0) + 1);
  }
  return into;
}

function unwrapped(text: string): unknown {
  if (/^[[{]/.test(text)) return JSON.parse(text);
  if (text.length < 8 || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+=*$/.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length % 4 !== 0) return undefined;
  const numbers = Float32Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(at * 4));
  return numbers.every((number) => Number.isInteger(number * 64) && Math.abs(number) < 1000) ? numbers : undefined;
}

/** What of a row is not in a record; nothing where it arrived whole. */
export function missingIn(row: Row, record: unknown): string[] {
  const there = leavesOf(record);
  return [...leavesOf(row)].flatMap(([leaf, count]) => ((there.get(leaf) ?? 0) >= count ? [] : [leaf]));
}
