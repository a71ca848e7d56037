import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createFile } from '@vsm/adapter-file';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { digestOf } from '../backup/folders.ts';
import { filledMemory } from '../engine/stores.ts';
import { schemaOf } from '../fingerprint/records.ts';
import { openBucket, type Bucket } from './bucket.ts';
import { DIMENSION, recordsOf } from './versions.ts';

let bucket: Bucket;
/** What the last version was. */
let last: string | undefined;
beforeAll(async () => {
  bucket = await openBucket();
});
afterAll(() => bucket.close());

const child = new URL('child.ts', import.meta.url).pathname;

/** Runs until it ends, or until the service sees its write number `kill`. */
async function run(path: string, version: number, kill: number): Promise<string> {
  const words = ['--conditions=@vsm/source', child, path, bucket.runs, String(version)];
  const running = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  running.stderr.on('data', (chunk) => (said += String(chunk)));
  let writes = 0;
  bucket.emulator.onArrival = ({ method }) => {
    if (/PUT|POST|DELETE/.test(method) && (writes += 1) === kill) running.kill('SIGKILL');
  };
  const [code, signal] = (await once(running, 'exit')) as [number | null, NodeJS.Signals | null];
  bucket.emulator.onArrival = undefined;
  return signal ?? (code === 0 ? 'done' : said);
}

/** What somebody finds who has nothing of the exports of this machine. */
async function found(path: string): Promise<string | undefined> {
  vi.stubEnv('VSM_RUN_DIR', `${bucket.runs}/elsewhere`);
  try {
    await using store = createFile({ path });
    return (await store.listCollections()).length === 0 ? undefined : await digestOf(store);
  } finally {
    vi.stubEnv('VSM_RUN_DIR', bucket.runs);
  }
}

// The first two writes are those that ask whether it may write; then come the manifest, the beginning of
// an upload, its two parts, its end, and the manifest under its usual name.
it.each([3, 4, 5, 6, 7, 8, 9, 4, 5, 7].map((kill, version) => ({ kill, version })))(
  'killed at its write number $kill, version $version is there as a whole or not at all',
  async ({ kill, version }) => {
    const path = bucket.at('docs.parquet');
    const before = last;
    const whole = await digestOf(await filledMemory(recordsOf(version), schemaOf('euclidean', DIMENSION)));
    expect(await run(path, version, kill)).toBe('SIGKILL');
    expect([before, whole]).toContain(await found(path));
    expect(await run(path, version, 0)).toBe('done');
    expect(await found(path)).toBe(whole);
    last = whole;
    expect(bucket.emulator.uploadsOf('bucket')).toEqual([]);
    expect(bucket.keys()).toEqual(['docs.parquet', 'docs.parquet.vsm.json']);
  },
  120_000,
);
