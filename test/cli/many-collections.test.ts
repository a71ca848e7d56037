import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startQdrantEmulator, type QdrantEmulator } from '@vsm/emulator-qdrant';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { main, testEnvironment } from './process.ts';

// `*` moves more collections than files may be open, whatever holds them, and reads them again on both sides.

const COLLECTIONS = 2000;
/** Of tables that take a tenth of a second each: twice as many as files may be open show as well that none stay open. */
const TABLES = 512;
const OPEN_FILES = 256;
const RECORDS = 3;
/** It may only end what hangs. */
const TIME = 7_200_000;

let folder: string;
let qdrant: QdrantEmulator;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-many-'));
  qdrant = await startQdrantEmulator();
  await mkdir(join(folder, 'from'));
  using database = new DatabaseSync(join(folder, 'from.db'));
  database.exec('BEGIN');
  for (let at = 0; at < COLLECTIONS; at += 1) {
    const lines = Array.from({ length: RECORDS }, (_, id) => JSON.stringify({ id, vector: [id + 1, at, 2], at }));
    if (at < TABLES) await writeFile(join(folder, 'from', `c${at}.jsonl`), `${lines.join('\n')}\n`);
    database.exec(`CREATE TABLE c${at} (id TEXT, at INTEGER, embedding BLOB)`);
    const insert = database.prepare(`INSERT INTO c${at} VALUES (?, ?, ?)`);
    for (let id = 0; id < RECORDS; id += 1)
      insert.run(`id-${id}`, at, new Uint8Array(Float32Array.of(id + 1, at, 2).buffer));
  }
  database.exec('COMMIT');
}, TIME);
afterAll(async () => {
  await qdrant.close();
  await rm(folder, { recursive: true, force: true });
});

/** In a process that may have so many files open and no more. */
async function limited(...words: readonly string[]): Promise<void> {
  const node = [process.execPath, ...main, ...words];
  await promisify(execFile)('sh', ['-c', `ulimit -n ${OPEN_FILES} && exec "$0" "$@"`, ...node], {
    cwd: folder,
    env: testEnvironment,
  });
}

/** How many there are after the move, asked of the store itself. */
const MOVES = {
  async 'file to lancedb'() {
    await limited('migrate', 'file:./from?collection=*', 'lancedb:./lance', '--metric', 'euclidean', '--quiet');
    return (await readdir(join(folder, 'lance'))).filter((entry) => entry.endsWith('.lance')).length;
  },
  async 'sqlite to qdrant'() {
    const target = qdrant.url.replace('http:', 'qdrant:');
    await limited('migrate', 'sqlite:./from.db?table=*', target, '--metric', 'euclidean', '--quiet');
    const answer = (await (await fetch(`${qdrant.url}/collections`)).json()) as {
      readonly result: { readonly collections: readonly unknown[] };
    };
    return answer.result.collections.length;
  },
};

it.each([
  [TABLES, 'file to lancedb'],
  [COLLECTIONS, 'sqlite to qdrant'],
] as const)(
  `%i collections go from %s and are verified, where ${OPEN_FILES} files may be open`,
  async (count, move) => expect(await MOVES[move]()).toBe(count),
  TIME,
);
