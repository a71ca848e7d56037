import { startRedisEmulator, type RedisEmulator } from '@vsm/emulator-redis';

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
