import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startS3Emulator, type S3Emulator } from '@vsm/emulator-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { packages, vsm as runVsm, type Ended } from './process.ts';

let folder: string;
let emulator: S3Emulator;
const SECRET = 'hush-do-not-say';
const vsm = (...words: string[]): Promise<Ended> =>
  runVsm(words, {
    cwd: folder,
    env: { VSM_RUN_DIR: join(folder, 'runs'), AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: SECRET },
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-buckets-'));
  emulator = await startS3Emulator({ buckets: ['bucket'] });
});
afterAll(async () => {
  await emulator.close();
  await rm(folder, { recursive: true, force: true });
});

it('a file in a bucket is written, inspected, compared and read like any other', async () => {
  const location = `file:s3://bucket/all/docs.parquet?endpoint=${emulator.url}`;
  expect(await vsm('plan', packages, location)).toMatchObject({ code: 0 });
  expect([...(emulator.buckets.get('bucket')?.keys() ?? [])]).toEqual([]);
  const written = await vsm('migrate', packages, location, '--yes');
  expect(written).toMatchObject({ code: 0, stdout: expect.stringContaining('1000 records expected') });
  expect(await vsm('inspect', `file:s3://bucket/all?endpoint=${emulator.url}`)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('docs'),
  });
  expect(await vsm('diff', packages, location)).toMatchObject({ code: 0 });
  const refused = await vsm('inspect', `file:s3://none/docs.parquet?endpoint=${emulator.url}`);
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('NoSuchBucket') });
  for (const { stdout, stderr } of [written, refused]) expect(stdout + stderr).not.toContain(SECRET);
});
