import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll } from 'vitest';
import type { LedgerStorage } from '@vsm/distributed';
import { postgresStorage } from '@vsm/distributed/postgres';
import { redisStorage } from '@vsm/distributed/redis';
import { ledgerSuite } from '../../packages/distributed/test/ledger-suite.ts';
import { journalSuite } from '../../packages/live/test/journal-suite.ts';
import { redisProgram, startRedis, type RedisServer } from '../fleet/redis-server.ts';
import { serverCache } from './cache.ts';

const { PGVECTOR_URL } = process.env;
if (PGVECTOR_URL === undefined) throw new Error('name a PostgreSQL: PGVECTOR_URL=postgresql://user@host/database');

/** What keeps its rows there is tried on two of one place. */
type Open = () => Promise<readonly [LedgerStorage, LedgerStorage]>;

function suites(name: string, open: Open): void {
  ledgerSuite({ name, open });
  journalSuite({ name, open });
}

suites('PostgreSQL', async () => {
  const open = (): LedgerStorage => postgresStorage(new pg.Pool({ connectionString: PGVECTOR_URL, max: 4 }));
  return [open(), open()];
});

const running: RedisServer[] = [];
afterAll(async () => {
  for (const redis of running) await redis.stop();
});
const program = await redisProgram(serverCache()).catch(() => undefined);

if (program === undefined) console.log('NOT RUN Redis: install redis-server, or Python 3.10 or later with pip');
else {
  suites('Redis', async () => {
    const redis = await startRedis(program, true);
    running.push(redis);
    const open = (): LedgerStorage => redisStorage(new Redis(redis.url));
    return [open(), open()];
  });
}
