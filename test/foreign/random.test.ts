import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { connect } from '@lancedb/lancedb';
import type { LossName } from '@vsm/core';
import type * as Arrow from 'apache-arrow';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { carry } from './carry.ts';
import { generate, MARKER, MOSTLY_BYTES, missingIn, type ColumnType, type Foreign, type Row } from './generate.ts';
import { share } from '../share.ts';

// The build that the engine uses; a table of the other one is refused.
const arrow = createRequire(import.meta.url)('apache-arrow') as typeof Arrow;

/** Collections of each format. */
const ALL = 400;
const MANY = share(ALL, 0.05);

let folder: string;
let duckdb: DuckDBConnection;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-random-'));
  duckdb = await (await DuckDBInstance.create(':memory:')).connect();
});
afterAll(async () => {
  duckdb.closeSync();
  await rm(folder, { recursive: true });
});

type Outcome = 'whole' | 'some rejected' | 'refused';

it.each([
  ['JSON Lines', (seed) => generate(seed, false), writeLines],
  ['Parquet', (seed) => generate(seed, true), writeParquet],
  ['LanceDB', (seed) => generate(seed, true), writeLance],
  ['SQLite', (seed) => generate(seed, true, MOSTLY_BYTES), writeSqlite],
] satisfies [string, (seed: number) => Foreign, (foreign: Foreign) => Promise<string>][])(
  `%s: each of ${MANY} foreign collections is carried whole, or refused by name`,
  async (_, make, write) => {
    const outcomes = new Map<Outcome, number>();
    for (let seed = 1; seed <= MANY; seed += 1) {
      const foreign = make(seed);
      const outcome = await judge(foreign, await write(foreign));
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    // Most can be understood: a reader that refuses everything proves nothing.
    expect(outcomes.get('whole')).toBeGreaterThan(MANY / 3);
    if (MANY < ALL) return;
    expect(outcomes.get('whole')).toBeGreaterThan(MANY / 2);
    expect(outcomes.get('refused')).toBeGreaterThan(MANY / 20);
    expect(outcomes.get('some rejected')).toBeGreaterThan(0);
  },
  1_800_000,
);

async function judge(foreign: Foreign, location: string): Promise<Outcome> {
  const demand = (holds: boolean, problem: string): void => {
    if (!holds) throw new Error(`seed ${foreign.seed}: ${problem}`);
  };
  const allowed: LossName[] = foreign.seed % 2 === 0 ? ['vector-precision', 'no-vectors'] : ['vector-precision'];
  const run = await carry(withQuery(location, foreign.query), allowed).catch((error: unknown) => String(error));
  if (typeof run === 'string') {
    const named = [...foreign.columns.keys()].some((name) => run.includes(`"${name}"`) || run.includes(`=${name}`));
    demand(named || /id=#row|no-vectors|no vector column/.test(run), run);
    return 'refused';
  }
  const { result, records } = run;
  const rejected = new Set(result.rejected.map(({ id }) => id));
  demand(result.success === (result.vectorsFailed === 0), 'a success that is none');
  const arrived = new Map([...records.values()].map((record) => [markerOf(record), record]));
  let missing = 0;
  for (const [at, row] of foreign.rows.entries()) {
    const record = arrived.get(row[MARKER]);
    if (record !== undefined) {
      const lacking = missingIn(row, record);
      for (const name of foreign.namedVectors) {
        const elsewhere = missingIn({ [name]: row[name] ?? null }, record.vectors);
        demand(elsewhere.length === 0, `"${name}" of row ${at} is no vector: ${JSON.stringify(record)}`);
      }
      demand(lacking.length === 0, `row ${at} lacks ${lacking.join(', ')}: ${JSON.stringify(row)}`);
      continue;
    }
    missing += 1;
    // SQLite counts its rows from 1.
    const number = location.startsWith('sqlite:') ? at + 1 : at;
    const ids = [String(number), ...Object.values(row).map(String)];
    // A result lists the first hundred.
    const isNamed = result.vectorsFailed > rejected.size || ids.some((id) => rejected.has(id));
    demand(isNamed, `row ${at} is gone without a word`);
  }
  demand(missing === result.vectorsFailed, `${missing} are gone, but ${result.vectorsFailed} were rejected`);
  demand(result.vectorsMigrated === foreign.rows.length - missing, `${result.vectorsMigrated} are said to have moved`);
  return missing === 0 ? 'whole' : 'some rejected';
}

/** Wherever the column went. */
function markerOf(record: { readonly metadata: object; readonly id: string }): unknown {
  return Object.entries(record.metadata).find(([key]) => key === MARKER)?.[1];
}

async function writeLines({ seed, rows }: Foreign): Promise<string> {
  const path = join(folder, `c${seed}.jsonl`);
  // A null may be written as such, or left out.
  const text = (row: object): string =>
    JSON.stringify(
      seed % 2 === 0 ? row : Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)),
    );
  await writeFile(path, rows.map((row) => `${text(row)}\n`).join(''));
  return `file:${path}`;
}

async function writeParquet(foreign: Foreign): Promise<string> {
  const path = join(folder, `c${foreign.seed}`);
  await writeFile(`${path}.ndjson`, foreign.rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const columns = [...foreign.columns].map(([name, type]) => `'${name}': '${duckType(type)}'`).join(', ');
  await duckdb.run(
    `copy (select * from read_json('${path}.ndjson', format = 'newline_delimited', columns = {${columns}})) to '${path}.parquet' (format parquet)`,
  );
  return `file:${path}.parquet`;
}

function duckType(type: ColumnType): string {
  if (typeof type === 'object') return `STRUCT(${type.struct.map((key) => `"${key}" VARCHAR`).join(', ')})`;
  const types = {
    text: 'VARCHAR',
    integer: 'BIGINT',
    boolean: 'BOOLEAN',
    double: 'DOUBLE',
    floats: 'FLOAT[]',
    doubles: 'DOUBLE[]',
    integers: 'BIGINT[]',
  };
  return types[type];
}

async function writeLance({ seed, columns, sizes, rows }: Foreign): Promise<string> {
  const path = join(folder, 'lance');
  const database = await connect(path);
  const fields = [...columns].map(([name, type]) => {
    // Arrow for JavaScript writes no bitmap for booleans that are all null, which the engine refuses.
    const isEmpty = type === 'boolean' && rows.every((row) => row[name] === null);
    return new arrow.Field(name, arrowType(isEmpty ? 'text' : type, sizes.get(name)), true);
  });
  // The client cannot tell a struct that is null from one without members.
  const whole = (name: string, value: unknown): unknown => {
    const type = columns.get(name);
    return value === null && typeof type === 'object'
      ? Object.fromEntries(type.struct.map((key) => [key, null]))
      : value;
  };
  const values = rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, whole(name, value)])),
  );
  const table = await database.createTable(`c${seed}`, values, {
    schema: new arrow.Schema(fields),
  });
  table.close();
  database.close();
  return `lancedb:${path}?table=c${seed}`;
}

function arrowType(type: ColumnType, size: number | undefined): Arrow.DataType {
  if (typeof type === 'object') {
    return new arrow.Struct(type.struct.map((key) => new arrow.Field(key, new arrow.Utf8(), true)));
  }
  const list = (item: Arrow.DataType): Arrow.DataType => {
    const field = new arrow.Field('item', item, true);
    return size === undefined ? new arrow.List(field) : new arrow.FixedSizeList(size, field);
  };
  switch (type) {
    case 'text':
      return new arrow.Utf8();
    case 'integer':
      return new arrow.Int32();
    case 'boolean':
      return new arrow.Bool();
    case 'double':
      return new arrow.Float64();
    case 'floats':
      return list(new arrow.Float32());
    case 'doubles':
      return list(new arrow.Float64());
    case 'integers':
      return list(new arrow.Int32());
  }
}

async function writeSqlite({ seed, columns, rows }: Foreign): Promise<string> {
  const path = join(folder, `c${seed % 20}.db`);
  const key = [...columns.keys()].find((name) => /^(?:_?id|key|doc_id|uuid)$/i.test(name));
  const quoted = (name: string): string => `"${name}"`;
  const definitions = [...columns].map(([name, type]) => {
    return `${quoted(name)} ${sqliteType(type)}${name === key && seed % 3 !== 0 ? ' PRIMARY KEY' : ''}`;
  });
  const database = new DatabaseSync(path);
  try {
    database.exec(`CREATE TABLE c${seed} (${definitions.join(', ')}); BEGIN`);
    const places = definitions.map(() => '?').join(', ');
    const insert = database.prepare(`INSERT INTO c${seed} VALUES (${places})`);
    for (const row of rows) {
      insert.run(...[...columns].map(([name, type]) => cell(type, row[name])));
    }
    database.exec('COMMIT');
  } finally {
    database.close();
  }
  return `sqlite:${path}/c${seed}`;
}

function sqliteType(type: ColumnType): string {
  if (typeof type === 'object') return 'TEXT';
  const types = {
    text: 'TEXT',
    integer: 'INTEGER',
    boolean: 'BOOLEAN',
    double: 'REAL',
    floats: 'BLOB',
    doubles: 'BLOB',
    integers: 'TEXT',
  };
  return types[type];
}

/** Lists of fractions as float32 bytes, as applications keep vectors; other lists, and objects, as JSON. */
function cell(type: ColumnType, value: Row[string] | undefined): null | number | string | Uint8Array {
  if ((type === 'floats' || type === 'doubles') && Array.isArray(value)) {
    return new Uint8Array(Float32Array.from(value as readonly number[]).buffer);
  }
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : (value ?? null);
}

function withQuery(location: string, query: string): string {
  return location.includes('?') ? location + query.replace('?', '&') : location + query;
}
