import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll } from 'vitest';
import { postgresStorage } from '@vsm/distributed/postgres';
import { redisStorage } from '@vsm/distributed/redis';
import { ledgerSuite } from '../../packages/distributed/test/ledger-suite.ts';
import { redisProgram, startRedis, type RedisServer } from '../fleet/redis-server.ts';
import { serverCache } from './cache.ts';

const { PGVECTOR_URL } = process.env;
if (PGVECTOR_URL === undefined) throw new Error('name a PostgreSQL: PGVECTOR_URL=postgresql://user@host/database');

ledgerSuite({
  name: 'PostgreSQL',
  async open() {
    const open = () => postgresStorage(new pg.Pool({ connectionString: PGVECTOR_URL, max: 4 }));
    return [open(), open()];
  },
});

let redis: RedisServer | undefined;
afterAll(() => redis?.stop());
const program = await redisProgram(serverCache()).catch(() => undefined);

if (program === undefined) console.log('NOT RUN Redis: install redis-server, or Python 3.10 or later with pip');
else {
  ledgerSuite({
    name: 'Redis',
    async open() {
      redis = await startRedis(program, true);
      const { url } = redis;
      const open = () => redisStorage(new Redis(url));
      return [open(), open()];
    },
  });
}
