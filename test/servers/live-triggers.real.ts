import { postgresStorage } from '@vsm/distributed/postgres';
import { createJournal, postgresTriggers, type Journal, type MoveHeader, type Phase } from '@vsm/live';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const TABLE = 'vsm_live_triggers';

let pool: pg.Pool;
let writer: pg.Client;
let journal: Journal;
let moves = 0;
beforeAll(async () => {
  const connectionString = process.env['PGVECTOR_URL'];
  pool = new pg.Pool({ connectionString });
  writer = new pg.Client({ connectionString });
  await writer.connect();
  await writer.query(`CREATE TABLE ${TABLE} (id text PRIMARY KEY, body text)`);
});
afterAll(async () => {
  await writer.query(`DROP TABLE ${TABLE}`);
  await Promise.all([writer.end(), pool.end()]);
});
beforeEach(async () => {
  moves += 1;
  const move = `triggers-${process.pid}-${moves}`;
  journal = createJournal(postgresStorage(pool), move);
  await journal.create({ version: 1, move } as MoveHeader);
  const { install, remove } = postgresTriggers({ move, table: TABLE, id: 'id' });
  await writer.query(`TRUNCATE ${TABLE}; INSERT INTO ${TABLE} VALUES ('a', 'b')`);
  await writer.query(install);
  return async () => {
    await writer.query(remove);
  };
});

async function inPhase(phase: Phase): Promise<void> {
  const { row } = await journal.seen();
  await journal.change(row.version, { phase });
}

describe('triggers, beside other transactions', () => {
  it('hold the phase until what they have marked is there', async () => {
    await inPhase('canary');
    await writer.query(`BEGIN; UPDATE ${TABLE} SET body = 'c'`);
    const order: string[] = [];
    const changing = inPhase('switching').then(() => order.push('switching'));
    // The change waits for its lock by then.
    await expect
      .poll(async () => (await pool.query(`SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`)).rowCount)
      .toBe(1);
    order.push('committed');
    await writer.query('COMMIT');
    await changing;
    expect(order).toEqual(['committed', 'switching']);
    expect(await journal.anyMarks()).toBe(true);
  });

  it('refuse a transaction that began before the switch, and would not see it', async () => {
    await inPhase('canary');
    await writer.query(`BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM ${TABLE}`);
    await inPhase('switched');
    await expect(writer.query(`UPDATE ${TABLE} SET body = 'lost'`)).rejects.toMatchObject({ code: '40001' });
    await writer.query('ROLLBACK');
    expect(await journal.anyMarks()).toBe(false);
  });
});
