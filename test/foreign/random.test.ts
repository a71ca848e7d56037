import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { connect } from '@lancedb/lancedb';
import type * as Arrow from 'apache-arrow';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { carry } from './carry.ts';
import { generate, MARKER, missingIn, type ColumnType, type Foreign } from './generate.ts';

// The build that the engine uses; a table of the other one is refused.
const arrow = createRequire(import.meta.url)('apache-arrow') as typeof Arrow;

/** Collections of each format. */
const MANY = 500;

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
  ['JSON Lines', false, writeLines],
  ['Parquet', true, writeParquet],
  ['LanceDB', true, writeLance],
] as const)(
  `%s: each of ${MANY} foreign collections is carried whole, or refused by name`,
  async (_, typed, write) => {
    const outcomes = new Map<Outcome, number>();
    for (let seed = 1; seed <= MANY; seed += 1) {
      const foreign = generate(seed, typed);
      const outcome = await judge(foreign, await write(foreign));
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    // Most can be understood: a reader that refuses everything proves nothing.
    expect(outcomes.get('whole')).toBeGreaterThan(MANY / 2);
    expect(outcomes.get('refused')).toBeGreaterThan(MANY / 20);
  },
  600_000,
);

async function judge(foreign: Foreign, location: string): Promise<Outcome> {
  const say = (problem: string): string => `seed ${foreign.seed}: ${problem}`;
  const run = await carry(withQuery(location, foreign.query), ['vector-precision']).catch((error: unknown) =>
    String(error),
  );
  if (typeof run === 'string') {
    const named = [...foreign.columns.keys()].some((name) => run.includes(`"${name}"`) || run.includes(`=${name}`));
    expect(named || /id=#row|no-vectors/.test(run), say(run)).toBe(true);
    return 'refused';
  }
  const { result, records } = run;
  const rejected = new Map(result.rejected.map(({ id, detail }) => [id, detail]));
  expect(result.success, say(JSON.stringify(result.rejected.slice(0, 3)))).toBe(rejected.size === 0);
  const arrived = new Map([...records.values()].map((record) => [markerOf(record), record]));
  let missing = 0;
  for (const [at, row] of foreign.rows.entries()) {
    const record = arrived.get(row[MARKER]);
    if (record !== undefined) {
      expect(missingIn(row, record), say(`row ${at} lacks something: ${JSON.stringify(row)}`)).toEqual([]);
      continue;
    }
    missing += 1;
    const ids = [String(at), ...Object.values(row).map(String)];
    expect(
      ids.some((id) => rejected.has(id)),
      say(`row ${at} is gone without a word`),
    ).toBe(true);
  }
  expect(missing, say('rejections that are none')).toBe(rejected.size);
  expect(result.vectorsMigrated, say('count')).toBe(foreign.rows.length - missing);
  return rejected.size === 0 ? 'whole' : 'some rejected';
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
  const fields = [...columns].map(([name, type]) => new arrow.Field(name, arrowType(type, sizes.get(name)), true));
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

function withQuery(location: string, query: string): string {
  return location.includes('?') ? location + query.replace('?', '&') : location + query;
}
