import { Redis } from 'ioredis';
import pg from 'pg';
import { postgresStorage } from '@vsm/distributed/postgres';
import { redisStorage } from '@vsm/distributed/redis';
import { ledgerSuite } from '../../packages/distributed/test/ledger-suite.ts';

const { PGVECTOR_URL, VSM_REDIS_URL } = process.env;

if (PGVECTOR_URL !== undefined) {
  const open = () => postgresStorage(new pg.Pool({ connectionString: PGVECTOR_URL, max: 4 }));
  ledgerSuite({ name: 'PostgreSQL', open: async () => [open(), open()] });
}
if (VSM_REDIS_URL !== undefined) {
  const open = () => redisStorage(new Redis(VSM_REDIS_URL));
  ledgerSuite({ name: 'Redis', open: async () => [open(), open()] });
}
