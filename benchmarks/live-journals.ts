/** Journals to measure, each with its server where it needs one, and how many marks they take. */
import { join } from 'node:path';
import { openStorage, type LedgerStorage } from '@vsm/distributed';
import { memoryStorage } from '@vsm/distributed/memory';
import { createJournal, type Journal } from '@vsm/live';
import { Redis } from 'ioredis';
import { serverCache } from '../test/servers/cache.ts';
import { postgres } from '../test/servers/postgres.ts';
import { redis } from '../test/servers/redis.ts';
import type { RealServer } from '../test/servers/server.ts';

interface JournalPlace {
  readonly name: string;
  readonly open: () => Promise<LedgerStorage>;
  readonly stop: () => Promise<void>;
}

/** All that there are; those of servers run on this machine. */
export async function* journalPlaces(folder: string): AsyncGenerator<JournalPlace, void, void> {
  const nothing = async (): Promise<void> => undefined;
  yield { name: 'memory', open: async () => memoryStorage(), stop: nothing };
  yield { name: 'SQLite', open: () => openStorage(`sqlite:${join(folder, 'journal.db')}`), stop: nothing };
  for (const [name, server] of [['PostgreSQL', postgres] as const, ['Redis', redis] as const]) {
    const started = await startedServer(server);
    const { url } = started;
    if (name === 'Redis') await keepAll(url);
    yield { name, open: () => openStorage(url), stop: () => started.stop() };
  }
}

async function startedServer({ name, packaged, variable }: RealServer) {
  const given = process.env[variable];
  if (given !== undefined) return { url: given, stop: async () => undefined };
  if (packaged === undefined) throw new Error(`There is no ${name} to start: name one in ${variable}.`);
  const installed = await packaged.install(serverCache(), true);
  return packaged.start(installed);
}

/** As a journal has to be kept: what is acknowledged is on the disk. */
async function keepAll(url: string): Promise<void> {
  const client = new Redis(url);
  await client.config('SET', 'appendonly', 'yes');
  await client.config('SET', 'appendfsync', 'always');
  await client.config('SET', 'maxmemory-policy', 'noeviction');
  client.disconnect();
}

const WRITERS = 8;
const MS = 4000;

/** Ids that writers mark and are done with in a second, `size` of them with each write. */
export async function marksPerSecond(storage: LedgerStorage, move: string, size: number): Promise<number> {
  const journal: Journal = createJournal(storage, move);
  const started = performance.now();
  let ids = 0;
  const write = async (writer: number): Promise<void> => {
    for (let turn = 0; performance.now() - started < MS; turn += 1) {
      const keys = Array.from({ length: size }, (_, at) => `/w${writer}-${(turn * size + at) % 1000}`);
      const begun = await journal.begin('source', keys);
      if ('refused' in begun) throw new Error(`The journal refuses writes in ${begun.refused.phase}.`);
      await journal.done(begun);
      ids += size;
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
  return (ids * 1000) / (performance.now() - started);
}
