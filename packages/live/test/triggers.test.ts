import { PGlite } from '@electric-sql/pglite';
import { recordKey } from '@vsm/core';
import { postgresStorage } from '@vsm/distributed/postgres';
import { createJournal, postgresTriggers, type Journal, type MoveHeader, type Phase } from '@vsm/live';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

const TABLE = 'shop.notes';
/** Beyond what one unit of UTF-16 holds. */
const ASTRAL = 'a\u{1F600}b';

let database: PGlite;
let journal: Journal;
let moves = 0;
beforeAll(async () => {
  database = await PGlite.create();
  await database.exec(`CREATE SCHEMA shop; CREATE TABLE ${TABLE} ("the id" text PRIMARY KEY, room text, body text)`);
});
afterAll(() => database.close());
beforeEach(async () => {
  moves += 1;
  const move = `triggers-${moves}`;
  journal = createJournal(postgresStorage(database), move);
  await journal.create({ version: 1, move } as MoveHeader);
  await database.exec(
    `DELETE FROM ${TABLE}; INSERT INTO ${TABLE} VALUES ('first', NULL, 'text'), ('second', 'x', 'text')`,
  );
  const { install, remove } = postgresTriggers({ move, table: TABLE, id: 'the id', namespace: 'room' });
  await database.exec(install);
  return () => database.exec(`RESET ALL; ${remove}`);
});

async function inPhase(phase: Phase): Promise<void> {
  const { row } = await journal.seen();
  await journal.change(row.version, { phase });
}

async function marked(): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of journal.marks()) found.push(key);
  return found.toSorted();
}

describe('triggers of a table', () => {
  test('mark what each statement touches, by its id before and after', async () => {
    await inPhase('drain');
    await database.exec(`INSERT INTO ${TABLE} VALUES ('a"\n\\é', NULL, 'b'), ('c', '${ASTRAL}', 'd')`);
    await database.exec(`UPDATE ${TABLE} SET "the id" = 'moved' WHERE "the id" = 'first'`);
    await database.exec(`DELETE FROM ${TABLE} WHERE room = 'x'`);
    const names = [
      { id: 'a"\n\\é' },
      { id: 'c', namespace: ASTRAL },
      { id: 'first' },
      { id: 'moved' },
      { id: 'second', namespace: 'x' },
    ];
    expect(await marked()).toEqual(names.map(recordKey).toSorted());
  });

  test('leave no marks of what is rolled back, of nothing, and while the move is off', async () => {
    await database.exec(`UPDATE ${TABLE} SET body = 'unmarked'`);
    await inPhase('drain');
    await database.exec(`BEGIN; DELETE FROM ${TABLE}; ROLLBACK; DELETE FROM ${TABLE} WHERE "the id" = 'nobody'`);
    expect(await marked()).toEqual([]);
  });

  test('give a mark another seq, and leave what holds it', async () => {
    await inPhase('drain');
    await journal.begin('source', ['/first']);
    const { key, seq, open } = { key: '/first', ...(await journal.marksOf(['/first'])).get('/first') };
    await journal.refuse([{ key, seq: seq ?? '', why: 'too large' }], Number.MAX_SAFE_INTEGER);
    await database.exec(`UPDATE ${TABLE} SET body = 'again' WHERE "the id" = 'first'`);
    const mark = (await journal.marksOf([key])).get(key);
    expect(mark).toMatchObject({ open, recheck: 0 });
    expect(mark?.refused).toBeUndefined();
    // What was taken before is not cleared by it, and what is taken now is.
    await journal.clear([{ key, seq: seq ?? '' }], Number.MAX_SAFE_INTEGER);
    expect(await marked()).toEqual([key]);
    await journal.clear([{ key, seq: mark?.seq ?? '' }], Number.MAX_SAFE_INTEGER);
    expect(await marked()).toEqual([]);
  });

  test.each(['switching', 'switched', 'done'] as const)('refuse what is written while it is %s', async (phase) => {
    await inPhase(phase);
    const write = database.exec(`UPDATE ${TABLE} SET body = 'late'`);
    await expect(write).rejects.toMatchObject({ code: '40001', message: expect.stringContaining(phase) });
  });

  test('let the move itself write back, and nobody else', async () => {
    await inPhase('switched');
    await database.exec(`SET vsm.live = '${journal.move}'; UPDATE ${TABLE} SET body = 'from the target'`);
    await database.exec(`SET vsm.live = 'another'`);
    await expect(database.exec(`DELETE FROM ${TABLE}`)).rejects.toMatchObject({ code: '40001' });
    expect(await marked()).toEqual([]);
  });

  test('mark in a transaction that keeps its snapshot', async () => {
    await inPhase('canary');
    await database.exec(`BEGIN ISOLATION LEVEL REPEATABLE READ; UPDATE ${TABLE} SET body = 'seen'; COMMIT`);
    expect(await marked()).toHaveLength(2);
  });

  test('refuse TRUNCATE, which would leave no marks', async () => {
    await database.exec(`TRUNCATE ${TABLE}`);
    await inPhase('journal');
    await expect(database.exec(`TRUNCATE ${TABLE}`)).rejects.toThrow('TRUNCATE of notes leaves no marks');
  });
});
