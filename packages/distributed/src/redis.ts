import type { Redis } from 'ioredis';
import type { LedgerStorage } from './storage.ts';

const PREFIX = 'vsm:ledger:';

/**
 * Writes the rows, if those that were read are as they were: one script, so that Redis keeps all of it or nothing.
 * ARGV: number of rows that were read, then key and value of each (value preceded by 1, or 0 where there was none), then those to write.
 */
const SWAP = `
local read = tonumber(ARGV[1])
local at = 2
for i = 1, read do
  local now = redis.call('HGET', KEYS[1], ARGV[at])
  if ARGV[at + 1] == '0' then
    if now then return 0 end
  elseif now ~= ARGV[at + 2] then
    return 0
  end
  at = at + 3
end
while at < #ARGV do
  redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1])
  at = at + 2
end
return 1`;

/** A ledger in Redis, a hash a run. It has to keep what it has acknowledged: with AOF, and `maxmemory-policy noeviction`. */
export function redisStorage(redis: Redis): LedgerStorage {
  return {
    async transact(space, { locked, seen = [] }, change) {
      const keys = [...new Set([...locked, ...seen])];
      for (;;) {
        const [values, now] = await Promise.all([
          keys.length === 0 ? [] : redis.hmget(PREFIX + space, ...keys),
          redis.time(),
        ]);
        const rows = new Map(keys.flatMap((key, at) => (typeof values[at] === 'string' ? [[key, values[at]]] : [])));
        const [seconds, micros] = now;
        const clock = Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
        const { result, put } = change((key) => rows.get(key), clock);
        if (put === undefined || put.size === 0) return result;
        const words = [String(locked.length)];
        for (const key of locked) words.push(key, rows.has(key) ? '1' : '0', rows.get(key) ?? '');
        for (const [key, value] of put) words.push(key, value);
        if ((await redis.eval(SWAP, 1, PREFIX + space, ...words)) === 1) return result;
      }
    },
    async read(space, keys) {
      const values = keys.length === 0 ? [] : await redis.hmget(PREFIX + space, ...keys);
      return new Map(keys.flatMap((key, at) => (typeof values[at] === 'string' ? [[key, values[at]]] : [])));
    },
    async *list(space, prefix) {
      const found = new Map<string, string>();
      let cursor = '0';
      do {
        const [next, flat] = await redis.hscan(PREFIX + space, cursor, 'MATCH', `${prefix}*`, 'COUNT', 1000);
        for (let at = 0; at < flat.length; at += 2) found.set(flat[at] ?? '', flat[at + 1] ?? '');
        cursor = next;
      } while (cursor !== '0');
      yield* [...found].toSorted(([left], [right]) => (left < right ? -1 : 1));
    },
    async close() {
      redis.disconnect();
    },
  };
}
