import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { createFile } from '@vsm/adapter-file';
import { createPgvector } from '@vsm/adapter-pgvector';
import { migrate, VsmError, type MigrationResult } from '@vsm/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { foreignTable, MARKER, type ForeignTable } from './postgres-tables.ts';
import { createPglite } from '../../packages/adapter-pgvector/test/pglite.ts';
import { share } from '../share.ts';

const ALL = 400;
const MANY = share(ALL);

let folder: string;
let database: PGlite;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-postgres-'));
  database = await createPglite();
  await database.exec(`CREATE EXTENSION vector; SET timezone = 'UTC'`);
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

type Outcome = 'whole' | 'refused' | 'some rejected';

it(`each of ${MANY} tables of others in Postgres is carried whole, or refused by name`, async () => {
  const outcomes = new Map<Outcome, number>();
  for (let seed = 1; seed <= MANY; seed += 1) {
    const table = foreignTable(seed);
    await database.exec(table.sql);
    const outcome = await judge(table, `seed ${seed}`);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    await database.exec(`DROP TABLE ${quoted(table.name)}`);
  }
  // Most can be understood: a reader that refuses everything proves nothing.
  expect(outcomes.get('whole')).toBeGreaterThan(MANY / 3);
  if (MANY < ALL) return;
  expect(outcomes.get('whole')).toBeGreaterThan(MANY / 2);
  expect(outcomes.get('refused')).toBeGreaterThan(MANY / 20);
}, 1_800_000);

/** @throws Error that says what is wrong with what became of the table */
async function judge(table: ForeignTable, seed: string): Promise<Outcome> {
  const say = (problem: unknown): string => `${seed}: ${String(problem)}\n${table.sql.slice(0, 2000)}`;
  const result = await carry(table).catch((error: unknown) => {
    if (VsmError.isInstance(error)) return error.message;
    throw new Error(say(error), { cause: error });
  });
  if (typeof result === 'string') {
    // With the column, the option that decides, or the ids.
    const isNamed =
      table.columns.some((name) => result.includes(name)) ||
      /id=#row|no vector column|rejected-records: these ids/.test(result);
    check(isNamed, say(result));
    return 'refused';
  }
  const lines = (await readFile(join(folder, `${fileOf(table)}.jsonl`), 'utf8'))
    .split('\n')
    .filter((line) => line !== '');
  const records = lines.map((line) => JSON.parse(line) as Line);
  const rows = await rowsOf(table);
  const rejected = new Set(result.rejected.map(({ id }) => id));
  check(result.success === (rejected.size === 0), say(`success, but ${result.errors.join('; ')}`));
  check(records.length + result.rejected.length === rows.length, say('count'));
  let missing = 0;
  for (const row of rows) {
    const mark = row.get(MARKER);
    const record = records.find(
      ({ metadata = {} }) => metadata[MARKER] === mark || metadata[`${MARKER}__column`] === mark,
    );
    if (record === undefined) {
      // Each id that was rejected is of a row that is not there.
      missing += 1;
      const ids = ['', ...[...row.values()].map(String)];
      const isRejected = [...rejected].some((id) => leavesOf(id).every((part) => ids.includes(part)));
      check(isRejected, say(`row ${String(mark)} is gone without a word`));
      continue;
    }
    const there = leavesOf(record);
    for (const [column, value] of row) {
      if (table.leftOut.has(column)) continue;
      for (const leaf of leavesOf(value)) {
        const at = there.indexOf(leaf);
        check(at >= 0, say(`row ${String(mark)} lacks ${leaf} of "${column}": ${JSON.stringify(record)}`));
        there.splice(at, 1);
      }
    }
  }
  check(missing === result.rejected.length, say('rejections that are none'));
  return missing === 0 ? 'whole' : 'some rejected';
}

function check(fits: boolean, problem: string): void {
  if (!fits) throw new Error(problem);
}

interface Line {
  readonly metadata?: Readonly<Record<string, unknown>>;
}

async function carry(table: ForeignTable): Promise<MigrationResult> {
  return migrate({
    source: createPgvector({ client: database, ...table.options }),
    target: createFile({ path: folder, format: 'jsonl' }),
    sourceCollection: table.name,
    targetCollection: fileOf(table),
    metric: 'euclidean',
    verify: 'values',
    checkpoints: false,
  });
}

const fileOf = ({ name }: ForeignTable): string => name.replaceAll(/\W+/g, '_');
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** By SQL alone: each row as the JSON that Postgres makes of it, vectors from their text. */
async function rowsOf({ name }: ForeignTable): Promise<Map<string, unknown>[]> {
  const { rows } = await database.query<{ row: string }>(
    `SELECT row_to_json(t)::text AS row FROM ${quoted(name)} AS t`,
  );
  return rows.map(({ row }) => new Map(Object.entries(JSON.parse(row) as object)));
}

/** Every value that is no list and no object, as a text; a list of them in brackets is a vector. */
function leavesOf(value: unknown): string[] {
  if (value === null || value === undefined || value === '') return [];
  if (Array.isArray(value)) return value.flatMap(leavesOf);
  if (typeof value === 'object') {
    const { indices, values } = value as { readonly indices?: readonly number[]; readonly values?: unknown };
    if (indices !== undefined && values !== undefined) return [...indices.map((at) => `${at}`), ...leavesOf(values)];
    return Object.values(value).flatMap(leavesOf);
  }
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (/^\[.*\]$/.test(text)) return leavesOf(JSON.parse(text));
  const [, sparse] = /^\{(\d+:.*)\}\/\d+$/.exec(text) ?? [];
  if (sparse !== undefined) {
    const pairs = sparse.split(',').map((pair) => pair.split(':').map(Number));
    return pairs.flatMap(([at = 0, number = 0]) => [`${at - 1}`, `${number}`]);
  }
  // Bits are a vector of ones and zeros.
  if (/^[01]{64}$/.test(text)) return text.split('');
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return [`${Number(text)}`];
  return [text.replace(/\+00:00$/, 'Z')];
}
