import { VsmError } from '@vsm/core/adapter';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, readAll, type TestDatabase } from './database.ts';

let database: TestDatabase;
let role: string;
beforeAll(async () => {
  database = await openDatabase();
  role = `${database.schema}_mover`;
  await database.run(`CREATE ROLE ${role}; GRANT USAGE ON SCHEMA ${database.schema} TO ${role}`);
});
afterAll(async () => {
  await database.run(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
  await database.close();
});

/** Four rows, of which a policy shows the role one. */
async function makeNotes(name: string, policies: string): Promise<void> {
  await database.run(`
    CREATE TABLE ${name} (id integer PRIMARY KEY, tenant text, embedding vector(2));
    INSERT INTO ${name} SELECT i, CASE WHEN i = 4 THEN 'north' ELSE 'south' END, '[1,2]' FROM generate_series(1, 4) i;
    ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY; GRANT SELECT ON ${name} TO ${role}; ${policies}`);
}

describe('a table with row security', () => {
  it('is not opened by a role that sees only some rows, and the error says what to grant', async () => {
    await makeNotes('notes', `CREATE POLICY northern ON notes FOR SELECT TO ${role} USING (tenant = 'north')`);
    const mover = await database.as(role);
    const error = await mover.open('notes').catch((cause: unknown) => cause);
    expect(VsmError.isInstance(error) && error.code).toBe('UNAUTHORIZED');
    expect(String(error)).toMatch(/hides rows from the role ".*_mover" \(policies: "northern"\)/);
    expect(String(error)).toMatch(/ALTER ROLE ".*_mover" BYPASSRLS\), or connect as its owner ".+"; .*rows=visible/);

    const visible = await mover.open('notes', { visibleRowsOnly: true });
    expect((await readAll(visible)).map(({ id }) => id)).toStrictEqual(['4']);
    expect((await visible.describe()).notes?.join()).toContain('only those it sees are read');
    await mover.close();
    expect(await readAll(await database.open('notes'))).toHaveLength(4);
  });

  it('is not opened either where no policy lets the role read at all', async () => {
    await makeNotes('shut', '');
    const mover = await database.as(role);
    await expect(mover.open('shut')).rejects.toThrow('none that lets it read');
    await mover.close();
  });

  it('is opened where a policy shows everything, unless another narrows that', async () => {
    await makeNotes('open', 'CREATE POLICY everyone ON open USING (true)');
    const mover = await database.as(role);
    expect(await readAll(await mover.open('open'))).toHaveLength(4);
    await database.run(`CREATE POLICY narrow ON open AS RESTRICTIVE USING (tenant = 'north')`);
    await expect(mover.open('open')).rejects.toThrow('"everyone", "narrow"');
    await mover.close();
  });

  it('binds its owner where it is forced', async () => {
    await makeNotes('forced', `CREATE POLICY northern ON forced USING (tenant = 'north')`);
    await database.run(`GRANT CREATE ON SCHEMA ${database.schema} TO ${role}; ALTER TABLE forced OWNER TO ${role}`);
    const mover = await database.as(role);
    expect(await readAll(await mover.open('forced'))).toHaveLength(4);
    await database.run('ALTER TABLE forced FORCE ROW LEVEL SECURITY');
    await expect(mover.open('forced')).rejects.toThrow(/BYPASSRLS\); to move/);
    await mover.close();
  });

  it('is named where a view reads it', async () => {
    await makeNotes('behind', 'CREATE POLICY everyone ON behind USING (true)');
    await database.run(
      'CREATE VIEW front AS SELECT id, embedding FROM behind; CREATE VIEW outer_front AS SELECT * FROM front',
    );
    const { notes } = await (await database.open('outer_front')).describe();
    expect(notes?.join()).toContain('the view reads "behind", where row security may hide rows from it');
  });
});

describe('a table whose rows lie in child tables', () => {
  it('is read whole, however its places and keys repeat, and not written', async () => {
    await database.run(`
      CREATE TABLE family (id text PRIMARY KEY, embedding vector(2));
      CREATE TABLE boys () INHERITS (family); CREATE TABLE girls () INHERITS (family); CREATE TABLE nieces () INHERITS (girls);
      INSERT INTO family VALUES ('f1', '[1,2]'), ('f2', '[1,2]');
      INSERT INTO boys SELECT 'b' || i, '[1,2]' FROM generate_series(1, 9) i;
      INSERT INTO girls SELECT 'g' || i, '[1,2]' FROM generate_series(1, 9) i;
      INSERT INTO nieces SELECT 'n' || i, '[1,2]' FROM generate_series(1, 9) i`);
    const family = await database.open('family');
    const records = await readAll(family, 4);
    expect(new Set(records.map(({ id }) => id)).size).toBe(29);
    expect(records).toHaveLength(29);
    const parts = (await family.partition?.(3)) ?? [];
    const pages = await Promise.all(parts.map((partition) => family.scan({ partition, limit: 99, include: [] })));
    expect(pages.reduce((total, page) => total + page.records.length, 0)).toBe(29);
    expect(await family.witness?.()).toStrictEqual({
      count: 29,
      by: 'a count of the rows in the table "family" itself, past its indexes',
      hint: '27 of them are in 3 child tables, 2 in the table alone',
    });
    await expect(family.upsert(records)).rejects.toThrow('it has no key');
    expect((await family.describe()).notes?.join()).toContain('the rows of 3 tables that inherit from it are read too');
  });
});

describe('the witness', () => {
  it('reads the rows themselves, where a plain count goes by an index', async () => {
    await database.run(`
      CREATE TABLE wide (id integer PRIMARY KEY, embedding vector(2), filler text);
      INSERT INTO wide SELECT i, '[1,2]', repeat('x', 1000) FROM generate_series(1, 2000) i`);
    await database.run('VACUUM ANALYZE wide');
    // What the planner may choose, not what it finds cheapest while other sessions hold the rows of the vacuum back.
    await database.run(`
      CREATE FUNCTION plan_by_index(query text) RETURNS SETOF text LANGUAGE plpgsql SET enable_seqscan = off
        AS $$ BEGIN RETURN QUERY EXECUTE 'EXPLAIN ' || query; END $$`);
    const planOf = async (count: string): Promise<string> =>
      JSON.stringify(await database.rows(`SELECT plan_by_index('SELECT ${count} FROM wide AS t')`));
    expect(await planOf('count(*)')).toContain('Index Only Scan');
    expect(await planOf('count(t.tableoid)')).not.toContain('Index Only Scan');
    expect(await (await database.open('wide')).witness?.()).toStrictEqual({
      count: 2000,
      by: 'a count of the rows in the table "wide" itself, past its indexes',
    });
  });

  it('counts partitions and views as wholes', async () => {
    await database.run(`
      CREATE TABLE halves (id integer PRIMARY KEY, embedding vector(2)) PARTITION BY RANGE (id);
      CREATE TABLE low PARTITION OF halves FOR VALUES FROM (0) TO (10); CREATE TABLE high PARTITION OF halves FOR VALUES FROM (10) TO (20);
      INSERT INTO halves SELECT i, '[1,2]' FROM generate_series(1, 19) i;
      CREATE VIEW some_halves AS SELECT * FROM halves WHERE id > 5`);
    const halves = await database.open('halves');
    expect(await halves.witness?.()).toMatchObject({
      count: 19,
      by: expect.stringContaining('past its indexes') as string,
    });
    expect(await readAll(halves, 4)).toHaveLength(19);
    const view = await database.open('some_halves');
    expect(await view.witness?.()).toStrictEqual({ count: 14, by: 'count(*) of the view "some_halves"' });
  });
});
