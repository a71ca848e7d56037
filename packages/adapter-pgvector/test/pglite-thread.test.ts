import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { makePglite } from './pglite.ts';
import { openThread } from '../src/pglite-thread.ts';

const folder = await mkdtemp(join(tmpdir(), 'vsm-pglite-'));
afterAll(() => rm(folder, { recursive: true }));

it('a text keeps the byte order mark that it begins with', async () => {
  await makePglite(join(folder, 'marks'));
  const thread = await openThread(join(folder, 'marks'));
  expect(await thread.query("SELECT chr(65279) || 'text' AS text")).toEqual({ rows: [{ text: '\uFEFFtext' }] });
  await thread.close();
});

it('an embedded database that panics, as on a full disk, is opened anew by the next query, which else would never end', async () => {
  await makePglite(join(folder, 'db'));
  const thread = await openThread(join(folder, 'db'));
  await thread.query('CREATE TABLE kept AS SELECT 1 AS one');
  // Where the next piece of its log is made, so that it cannot be.
  const inTheWay = join(folder, 'db', 'pg_wal', '000000010000000000000002');
  await mkdir(inTheWay);
  await thread.query('SELECT pg_switch_wal()');
  const broken = thread.query('CREATE TABLE more AS SELECT 2 AS two');
  await expect(Promise.all([broken, thread.query('SELECT 1')])).rejects.toThrow(/pg_wal\/000000010000000000000002/);
  await rm(inTheWay, { recursive: true });
  expect(await thread.query('SELECT one FROM kept')).toEqual({ rows: [{ one: 1 }] });
  await thread.close();
});
