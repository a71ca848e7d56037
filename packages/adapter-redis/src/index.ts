export { createRedis } from './redis.ts';
export { openLocation } from './location.ts';
export type { RedisClient } from './redis-client.ts';
export type { RedisOptions } from './options.ts';
