import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startDoubles } from '../round-trip/doubles.ts';
import { goRound } from '../round-trip/ring.ts';
import { servers } from './servers.ts';

const running = servers.flatMap((server) => {
  const url = process.env[server.variable];
  return url === undefined || server.open === undefined ? [] : [{ name: server.name, open: server.open, url }];
});
const collection = `ring${process.pid}`;

it('a thousand real records go through every store, on the servers that run, and come back the same', async () => {
  const real = Object.fromEntries(running.map(({ name, url }) => [name, url]));
  const [folder, doubles] = await Promise.all([mkdtemp(join(tmpdir(), 'vsm-ring-')), startDoubles(real)]);
  onTestFinished(async () => {
    for (const server of running) {
      const store = server.open(server.url);
      for (const name of [collection, `${collection}-again`]) await store.dropCollection?.(name);
      await store.close();
    }
    await doubles.stop();
    await rm(folder, { recursive: true, force: true });
  });
  await expect(goRound({ ...real, ...doubles.urls }, folder, collection)).resolves.toBeUndefined();
}, 900_000);
