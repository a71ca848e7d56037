import { appendFileSync, copyFileSync, readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { createFolder } from '../src/index.ts';
import { readAll } from './read-all.ts';
import { temporary, unpack } from './unpack.ts';

describe('a folder that changes while it is read', () => {
  it.each([
    ['chroma/1.5.9', 'docs', 'chroma.sqlite3'],
    ['llamaindex/python-0.14.25', 'default', 'docstore.json'],
  ])('such as %s is not read on', async (archive, name, file) => {
    const path = unpack(archive);
    await using store = createFolder({ path });
    const collection = await store.openCollection(name);
    await readAll(collection);
    utimesSync(join(path, file), 1, 1);
    await expect(readAll(collection)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining(`${file} has changed since it was opened`),
    });
  });
});

describe('a database with its log left beside it', () => {
  /** As a process leaves it that died: the last writes are in the log alone. */
  function leftBy(change: string): string {
    const [path, copy] = [unpack('chroma/1.5.9'), temporary()];
    const database = new DatabaseSync(join(path, 'chroma.sqlite3'));
    database.exec(`PRAGMA journal_mode = WAL; ${change}`);
    for (const file of readdirSync(path)) {
      if (statSync(join(path, file)).isFile()) copyFileSync(join(path, file), join(copy, file));
    }
    database.close();
    return copy;
  }

  it('is read with what is in the log, and left as it is', async () => {
    const path = leftBy(`UPDATE embedding_metadata SET string_value = 'from the log' WHERE string_value = 'eins'`);
    const before = readdirSync(path).map((file) => [file, statSync(join(path, file)).size]);
    expect(before.map(([file]) => file)).toContain('chroma.sqlite3-wal');
    await using store = createFolder({ path });
    const [one] = await readAll(await store.openCollection('queued'));
    expect(one?.document).toBe('from the log');
    expect(readdirSync(path).map((file) => [file, statSync(join(path, file)).size])).toEqual(before);
  });

  it('is read as it is where the log is empty', async () => {
    const path = unpack('chroma/1.5.9');
    new DatabaseSync(join(path, 'chroma.sqlite3')).close();
    appendFileSync(join(path, 'chroma.sqlite3-wal'), '');
    const before = readdirSync(path);
    await using store = createFolder({ path });
    expect(await readAll(await store.openCollection('queued'))).toHaveLength(2);
    expect(readdirSync(path)).toEqual(before);
  });
});
