import { startRedisEmulator, type RedisEmulator } from '@vsm/emulator-redis';
import type { Redis } from 'ioredis';

// The same tests on a server: REDIS_URL=redis://host:6379
const given = process.env['REDIS_URL'];

/** The server that REDIS_URL names, else an emulator. Files that run at once each take a database; indexes are in the first one alone. */
export async function startRedis(database = 0): Promise<RedisEmulator> {
  const emulator = given === undefined ? await startRedisEmulator() : undefined;
  const nothing = (): void => undefined;
  return {
    repeat: nothing,
    restart: nothing,
    hangUp: nothing,
    close: async () => undefined,
    ...emulator,
    url: `${(emulator?.url ?? given ?? '').replace(/\/$/, '')}/${database}`,
  };
}

/** Deletes the keys of a database. To flush one would drop the indexes of all. */
export async function empty(client: Redis): Promise<void> {
  let cursor = '0';
  do {
    const [next, keys] = (await client.callBuffer('SCAN', cursor, 'COUNT', '1000')) as [Buffer, Buffer[]];
    if (keys.length > 0) await client.unlink(...keys);
    cursor = String(next);
  } while (cursor !== '0');
}
