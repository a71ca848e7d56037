import type { Db, Document } from 'mongodb';
import { VsmError } from '@vsm/core/adapter';
import { expect, it } from 'vitest';
import type { Connection } from '../src/client.ts';
import { createMongodb } from '../src/index.ts';
import { roomOf } from '../src/room.ts';
import { isEmulated, startMongodb } from './server.ts';

const answering = (command: () => Promise<Document>): Connection =>
  ({ run: (_action: string, ask: (db: Db) => unknown) => ask({ command } as unknown as Db) }) as unknown as Connection;

it('what is free is what the disk of the server has left, and not known where it says nothing of it', async () => {
  expect(await roomOf(answering(async () => ({ fsTotalSize: 1000, fsUsedSize: 400 })))).toEqual({ freeDiskBytes: 600 });
  expect(await roomOf(answering(async () => ({ dataSize: 7 })))).toEqual({});
  const refused = new VsmError('UNAUTHORIZED', 'mongodb: not authorized', { adapter: 'mongodb' });
  expect(await roomOf(answering(() => Promise.reject(refused)))).toEqual({});
});

it.runIf(isEmulated)('the server is asked', async () => {
  const server = await startMongodb();
  await using store = createMongodb({ url: server.url });
  expect(await store.room?.({ name: 'docs', vectors: {} })).toEqual({ freeDiskBytes: 40_000_000_000 });
  await server.close();
});
