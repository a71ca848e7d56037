import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { backup, checkBackup, createBackup, listSnapshots, pruneBackup } from '@vsm/adapter-file/backup';
import { createMemory } from '@vsm/adapter-memory';
import { migrate, type VectorStoreV1 } from '@vsm/core';
import { startS3Emulator, type S3Emulator } from '@vsm/emulator-s3';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { allRecords, filledMemory } from '../engine/stores.ts';
import { schemaOf, variedRecords } from '../fingerprint/records.ts';
import { changed, digestOf, pruneDuringBackup, upsert } from './folders.ts';

let emulator: S3Emulator;
let path: string;
let source: VectorStoreV1;
beforeEach(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'any');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'any');
  emulator = await startS3Emulator({ buckets: ['bucket'], pageKeys: 7 });
  path = `s3://bucket/nightly/docs?endpoint=${emulator.url}`;
  source = await filledMemory(variedRecords(400), schemaOf('euclidean'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await emulator.close();
});

function keys(): string[] {
  return [...(emulator.buckets.get('bucket')?.keys() ?? [])];
}

it('a bucket holds backups as a folder does', async () => {
  const first = await backup({ source, collection: 'docs', path });
  const before = keys();
  expect(before.every((key) => key.startsWith('nightly/docs/'))).toBe(true);
  expect(await backup({ source, collection: 'docs', path })).toMatchObject({ written: { parts: 0 } });
  expect(keys().filter((key) => !before.includes(key))).toEqual([expect.stringContaining('/snapshots/')]);
  await upsert(source, [changed(variedRecords(4)[3] as never, 7)]);
  const third = await backup({ source, collection: 'docs', path });
  expect(third.written.parts).toBe(1);
  expect(await checkBackup({ path })).toMatchObject({ passed: true, snapshots: [{}, {}, {}] });
  await using store = createBackup({ path });
  const target = createMemory();
  const { verification } = await migrate({ source: store, target, sourceCollection: 'docs', checkpoints: false });
  expect(verification).toMatchObject({ passed: true, expectedCount: 400 });
  expect(await digestOf(target)).toBe(await digestOf(source));
  const { forgotten, parts } = await pruneBackup({ path, keepLast: 1 });
  expect(forgotten).toContain(first.snapshot);
  expect(parts).toBe(1);
  expect(await checkBackup({ path })).toMatchObject({ passed: true, snapshots: [{ id: third.snapshot }] });
  expect(keys().filter((key) => key.includes('/locks/'))).toEqual([]);
});

it('goes on through answers that are slow down, cut or nothing', async () => {
  emulator.faults.failNext({ status: 503, message: 'Please reduce your request rate.' }, 3, /PUT/);
  emulator.faults.failNext('drop', 2, /PUT .*parts/);
  await backup({ source, collection: 'docs', path });
  emulator.faults.failNext('cut', 2, /GET .*parts\/.*parquet/);
  emulator.faults.failNext({ status: 503, message: 'Please reduce your request rate.' }, 2, /GET/);
  expect(await checkBackup({ path })).toMatchObject({ passed: true });
});

it('begins without listing what lies there, and reads its marker once', async () => {
  const asked: string[] = [];
  emulator.onArrival = ({ method, url }) => asked.push(`${method} ${url}`);
  await backup({ source, collection: 'docs', path });
  const lists = asked.filter((url) => url.includes('list-type') && url.includes('prefix=nightly%2Fdocs%2F&'));
  expect(lists.every((url) => url.includes('delimiter'))).toBe(true);
  asked.length = 0;
  await backup({ source, collection: 'docs', path });
  expect(asked.filter((url) => url.includes('vsm-backup.json'))).toHaveLength(1);
});

it('verify asks for each part once', async () => {
  const { parts } = await backup({ source, collection: 'docs', path });
  const asked: string[] = [];
  emulator.onArrival = ({ method, url }) => {
    if (method === 'GET' && url.includes('.parquet')) asked.push(url);
  };
  expect(await checkBackup({ path })).toMatchObject({ passed: true, parts });
  expect([asked.length, new Set(asked).size]).toEqual([parts, parts]);
});

it('an object that was cut or is gone names what is lost', async () => {
  await backup({ source, collection: 'docs', path });
  const bucket = emulator.buckets.get('bucket');
  const [one = '', other = ''] = keys().filter((key) => key.endsWith('.parquet'));
  const stored = bucket?.get(one);
  if (stored !== undefined) bucket?.set(one, { ...stored, bytes: stored.bytes.subarray(0, 900) });
  bucket?.delete(other);
  const { passed, snapshots } = await checkBackup({ path });
  expect(passed).toBe(false);
  expect(snapshots[0]?.lost.map(({ problem }) => problem).toSorted()).toEqual([
    expect.stringMatching(/^it has 900 bytes, and had \d+$/),
    'it is missing',
  ]);
  await expect(allRecords(createBackup({ path }))).rejects.toThrow(/\d+ records of snapshot \S+ are lost/);
  // Both are seen by their length in a list, and written again.
  expect(await backup({ source, collection: 'docs', path })).toMatchObject({ written: { parts: 2 } });
  expect(await checkBackup({ path })).toMatchObject({ passed: true });
});

it('a bucket that refuses to be read is no damage: nothing is called lost, or left out', async () => {
  await backup({ source, collection: 'docs', path });
  const refused = { code: 'UNAUTHORIZED' };
  const refusing = async (ask: () => Promise<unknown>): Promise<unknown> => {
    emulator.faults.failNext({ status: 403, message: 'no' }, 1, /GET .*parts\/.*parquet/);
    return ask();
  };
  await expect(refusing(() => checkBackup({ path }))).rejects.toMatchObject(refused);
  await expect(refusing(() => allRecords(createBackup({ path })))).rejects.toMatchObject(refused);
  await expect(refusing(() => allRecords(createBackup({ path, skipLost: true })))).rejects.toMatchObject(refused);
  expect(await allRecords(createBackup({ path, skipLost: true }))).toHaveLength(400);
});

it('a backup that ends on its way leaves no snapshot, and the next one goes on with its parts', async () => {
  let parts = 0;
  emulator.onArrival = ({ method, url }) => {
    if (method === 'PUT' && url.includes('/parts/') && (parts += 1) === 5)
      emulator.faults.failNext({ status: 403, message: 'no' }, 1);
  };
  await expect(backup({ source, collection: 'docs', path })).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  expect(await listSnapshots(path)).toEqual([]);
  const written = keys().filter((key) => key.endsWith('.parquet')).length;
  expect(written).toBeGreaterThan(2);
  const next = await backup({ source, collection: 'docs', path });
  expect(next.written.parts).toBe(next.parts - written);
  expect(await checkBackup({ path })).toMatchObject({ passed: true });
});

it('prune keeps away while a backup is made, and the other way round', async () => {
  await backup({ source, collection: 'docs', path });
  expect(await pruneDuringBackup(source, path)).toMatchObject({ code: 'CONFLICT' });
  // What a prune leaves that was killed.
  const bucket = emulator.buckets.get('bucket');
  const lock = 'nightly/docs/locks/prune-00000000-0000-4000-8000-000000000000';
  bucket?.set(lock, { bytes: Buffer.from('1 on there'), modified: new Date() });
  await expect(backup({ source, collection: 'docs', path })).rejects.toThrow(
    /in use by process 1 on there, which deletes/,
  );
  await backup({ source, collection: 'docs', path, takeOver: true });
  bucket?.set(lock, { bytes: Buffer.from('1 on there'), modified: new Date(Date.now() - 300_000) });
  await backup({ source, collection: 'docs', path });
  expect(keys().filter((key) => key.includes('/locks/'))).toEqual([]);
});

it('says what is wrong with bucket, endpoint and path', async () => {
  const list = (where: string): Promise<unknown> => listSnapshots(where);
  await expect(list(`s3://other/x?endpoint=${emulator.url}`)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(list(`s3://bucket/none?endpoint=${emulator.url}`)).rejects.toThrow(
    /s3:\/\/bucket\/none holds no backup/,
  );
  await expect(list('s3://')).rejects.toThrow(/names no bucket/);
  await expect(list('s3://bucket/x?endpont=http://x')).rejects.toThrow(/Did you mean "endpoint"/);
});

it.each([
  ['ExpiredToken', 400, 'UNAUTHORIZED', /Get new credentials/],
  ['RequestTimeTooSkewed', 403, 'UNAUTHORIZED', /Set the clock/],
  ['PermanentRedirect', 301, 'INVALID_OPTIONS', /Name the region/],
  ['AccessDenied', 403, 'UNAUTHORIZED', /Check what the key may do/],
])('what the service calls %s says what to do', async (name, status, code, message) => {
  const server = createServer((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/xml' });
    response.end(`<?xml version="1.0"?><Error><Code>${name}</Code><Message>It said no.</Message></Error>`);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await expect(listSnapshots(`s3://bucket/x?endpoint=http://127.0.0.1:${port}`)).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
  });
  server.close();
});
