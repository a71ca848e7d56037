import { startRedisEmulator, type RedisEmulator } from '@vsm/emulator-redis';

// The same tests on a server: REDIS_URL=redis://host:6379
const given = process.env['REDIS_URL'];

/** The server that REDIS_URL names, else an emulator. */
export async function startRedis(): Promise<RedisEmulator & { readonly isReal: boolean }> {
  if (given === undefined) return { ...(await startRedisEmulator()), isReal: false };
  const nothing = async (): Promise<void> => undefined;
  return {
    url: given.replace(/\/$/, ''),
    repeat: () => undefined,
    restart: () => undefined,
    hangUp: () => undefined,
    close: nothing,
    isReal: true,
  };
}
