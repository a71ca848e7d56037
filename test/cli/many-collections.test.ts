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
const OPEN_FILES = 256;
const RECORDS = 3;
/** It may only end what hangs. */
const TIME = 1_800_000;

let folder: string;
let qdrant: QdrantEmulator;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-many-'));
  qdrant = await startQdrantEmulator();
  await mkdir(join(folder, 'from'));
  for (let at = 0; at < COLLECTIONS; at += 1) {
    const lines = Array.from({ length: RECORDS }, (_, id) => JSON.stringify({ id, vector: [id + 1, at, 2], at }));
    await writeFile(join(folder, 'from', `c${at}.jsonl`), `${lines.join('\n')}\n`);
  }
}, TIME);
afterAll(async () => {
  await qdrant.close();
  await rm(folder, { recursive: true, force: true });
});

/** In a process that may have so many files open and no more. */
async function limited(...words: readonly string[]): Promise<string> {
  const node = [process.execPath, ...main, ...words];
  const { stdout } = await promisify(execFile)('sh', ['-c', `ulimit -n ${OPEN_FILES} && exec "$0" "$@"`, ...node], {
    cwd: folder,
    env: testEnvironment,
    maxBuffer: 256 * 1024 * 1024,
  });
  return stdout;
}

const endingWith = async (name: string, ending: string): Promise<number> =>
  (await readdir(join(folder, name))).filter((entry) => entry.endsWith(ending)).length;

/** Asked of the store itself. */
const COUNTS = {
  file: () => endingWith('files', '.parquet'),
  lancedb: () => endingWith('lance', '.lance'),
  async sqlite() {
    using database = new DatabaseSync(join(folder, 'docs.db'), { readOnly: true });
    const tables = database.prepare(`SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB 'c[0-9]*'`);
    return tables.all().filter(({ name }) => /^c\d+$/.test(String(name))).length;
  },
  async qdrant() {
    const answer = (await (await fetch(`${qdrant.url}/collections`)).json()) as {
      result: { collections: readonly unknown[] };
    };
    return answer.result.collections.length;
  },
} satisfies Readonly<Record<string, () => Promise<number>>>;

it(
  `${COLLECTIONS} collections go from store to store and are verified, where ${OPEN_FILES} files may be open`,
  async () => {
    const server = qdrant.url.replace('http:', 'qdrant:');
    const moves: readonly (readonly [kind: keyof typeof COUNTS, from: string, to: string])[] = [
      ['sqlite', 'file:./from?collection=*', 'sqlite:./docs.db'],
      ['lancedb', 'sqlite:./docs.db?table=*', 'lancedb:./lance'],
      ['qdrant', 'lancedb:./lance?table=*', server],
      ['file', `${server}/*`, 'file:./files'],
    ];
    for (const [kind, from, to] of moves) {
      await limited('migrate', from, to, '--metric', 'euclidean', '--yes', '--quiet');
      expect([kind, await COUNTS[kind]()]).toEqual([kind, COLLECTIONS]);
    }
    const ends = ['file:./from?collection=*', 'file:./files', '--metric', 'euclidean', '--json'];
    const { success, collections } = JSON.parse(await limited('verify', ...ends)) as {
      success: boolean;
      collections: readonly { result: { expectedCount: number; passed: boolean } }[];
    };
    expect({ success, passed: collections.filter(({ result }) => result.passed).length }).toEqual({
      success: true,
      passed: COLLECTIONS,
    });
    expect(collections.reduce((total, { result }) => total + result.expectedCount, 0)).toBe(COLLECTIONS * RECORDS);
  },
  TIME,
);
