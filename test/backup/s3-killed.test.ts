import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { backup, checkBackup, listSnapshots } from '@vsm/adapter-file/backup';
import { startS3Emulator, type S3Emulator } from '@vsm/emulator-s3';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { filledMemory } from '../engine/stores.ts';
import { schemaOf } from '../fingerprint/records.ts';
import { digestOf, digestOfSnapshot } from './folders.ts';
import { recordsOf } from './kills.ts';

let emulator: S3Emulator;
const credentials = { AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any' };
beforeEach(async () => {
  for (const [name, value] of Object.entries(credentials)) vi.stubEnv(name, value);
  emulator = await startS3Emulator({ buckets: ['bucket'] });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await emulator.close();
});

// The first are those of lock and marker; then come the parts, and the snapshot last.
it.each([3, 4, 5, 6, 7, 8, 9, 10, 11, 12])(
  'a backup that is killed at its write number %d is none, and takes nothing from others',
  async (kill) => {
    const path = `s3://bucket/docs?endpoint=${emulator.url}`;
    const before = await filledMemory(recordsOf(0), schemaOf('euclidean'));
    const { snapshot } = await backup({ source: before, collection: 'docs', path });
    const child = new URL('child.ts', import.meta.url).pathname;
    const words = ['--conditions=@vsm/source', child, 'backup', path, '40', '0'];
    const running = spawn(process.execPath, words, { stdio: 'ignore', env: { ...process.env, ...credentials } });
    let writes = 0;
    emulator.onArrival = ({ method }) => {
      // In the middle of an upload, as the service sees it.
      if (method === 'PUT' && (writes += 1) === kill) running.kill('SIGKILL');
    };
    const [, signal] = (await once(running, 'exit')) as [number | null, NodeJS.Signals | null];
    emulator.onArrival = undefined;
    expect(signal).toBe('SIGKILL');
    expect((await listSnapshots(path)).map(({ id }) => id)).toEqual([snapshot]);
    expect(await checkBackup({ path })).toMatchObject({ passed: true });
    expect(await digestOfSnapshot(path, snapshot)).toBe(await digestOf(before));
    const source = await filledMemory(recordsOf(40), schemaOf('euclidean'));
    await backup({ source, collection: 'docs', path });
    expect(await checkBackup({ path })).toMatchObject({ passed: true, snapshots: [{}, {}] });
    expect(await digestOfSnapshot(path)).toBe(await digestOf(source));
  },
  60_000,
);
