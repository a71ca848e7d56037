import type { Redis } from 'ioredis';
import type { LedgerStorage } from './storage.ts';

const PREFIX = 'vsm:ledger:';

/**
 * Writes the rows, if those that were read are as they were: one script, so that Redis keeps all of it or nothing.
 * ARGV: a prefix and whether any key began so (`` and 0 for none), number of rows that were read, then key and value of each (value
 * preceded by 1, or 0 where there was none), then those to write, in the same form.
 */
const SWAP = `
local any = '0'
if ARGV[1] ~= '' then
  for _, key in ipairs(redis.call('HKEYS', KEYS[1])) do
    if string.sub(key, 1, #ARGV[1]) == ARGV[1] then any = '1' break end
  end
end
if any ~= ARGV[2] then return 0 end
local read = tonumber(ARGV[3])
local at = 4
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
  if ARGV[at + 1] == '0' then redis.call('HDEL', KEYS[1], ARGV[at])
  else redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 2]) end
  at = at + 3
end
return 1`;

/** A ledger in Redis, a hash a run. It has to keep what it has acknowledged: with AOF, and `maxmemory-policy noeviction`. */
export function redisStorage(redis: Redis): LedgerStorage {
  const scan = async function* (space: string, prefix: string): AsyncGenerator<readonly [string, string]> {
    let cursor = '0';
    do {
      const [next, flat] = await redis.hscan(PREFIX + space, cursor, 'MATCH', `${literal(prefix)}*`, 'COUNT', 1000);
      for (let at = 0; at < flat.length; at += 2) yield [flat[at] ?? '', flat[at + 1] ?? ''];
      cursor = next;
    } while (cursor !== '0');
  };
  const anyOf = async (space: string, prefix: string): Promise<boolean> => {
    const { done } = await scan(space, prefix).next();
    return done !== true;
  };
  return {
    async transact(space, { locked, alone = [], steady = [], seen = [], prefix }, change) {
      const kept = [...locked, ...alone, ...steady];
      const keys = [...new Set([...kept, ...seen])];
      for (;;) {
        const [values, now, any] = await Promise.all([
          keys.length === 0 ? [] : redis.hmget(PREFIX + space, ...keys),
          redis.time(),
          prefix !== undefined && anyOf(space, prefix),
        ]);
        const rows = new Map(keys.flatMap((key, at) => (typeof values[at] === 'string' ? [[key, values[at]]] : [])));
        const [seconds, micros] = now;
        const clock = Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
        const { result, put } = change((key) => rows.get(key), clock, any);
        if (put === undefined || put.size === 0) return result;
        const row = (key: string, value: string | undefined): string[] => [
          key,
          value === undefined ? '0' : '1',
          value ?? '',
        ];
        const words = [prefix ?? '', any ? '1' : '0', String(kept.length)];
        for (const key of kept) words.push(...row(key, rows.get(key)));
        for (const [key, value] of put) words.push(...row(key, value));
        if ((await redis.eval(SWAP, 1, PREFIX + space, ...words)) === 1) return result;
      }
    },
    async read(space, keys) {
      const values = keys.length === 0 ? [] : await redis.hmget(PREFIX + space, ...keys);
      return new Map(keys.flatMap((key, at) => (typeof values[at] === 'string' ? [[key, values[at]]] : [])));
    },
    async *list(space, prefix) {
      const found = new Map<string, string>();
      for await (const [key, value] of scan(space, prefix)) found.set(key, value);
      yield* [...found].toSorted(([left], [right]) => (left < right ? -1 : 1));
    },
    async close() {
      redis.disconnect();
    },
  };
}

/** The prefix as a pattern that means itself. */
function literal(prefix: string): string {
  return prefix.replaceAll(/[\\*?[\]]/g, String.raw`\$&`);
}
