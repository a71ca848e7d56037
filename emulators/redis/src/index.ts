export { startRedisEmulator, type RedisEmulator } from './server.ts';
