import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startRedisEmulator, type RedisEmulator } from '../src/index.ts';

type Recorded = null | number | string | { readonly b64: string } | readonly Recorded[];

interface Exchange {
  readonly name: string;
  readonly request: readonly (string | { readonly b64: string })[];
  readonly response: { readonly reply?: Recorded; readonly error?: string };
}

const SETS = 'of vector sets only that they are there is imitated: the adapter refuses them';
/** Exchanges that are answered otherwise, and why. */
const OTHERWISE: Readonly<Record<string, string>> = {
  modules: 'of each module only name and version are told',
  list: 'indexes come in the order of a hash table',
  info: 'of the facts of an index only those are told that the adapter reads',
  knn: 'NaN is no distance here, and distances have other digits',
  scan: 'keys come in the order of a hash table',
  'scan type': 'keys come in the order of a hash table',
  vinfo: SETS,
  vemb: SETS,
  'vemb raw': SETS,
  'vemb raw noquant': SETS,
  'vrange unknown before 8.4': 'the words of an unknown command are not repeated',
};

const fixture = new URL('../fixtures/redis-8.2.3-search-2.10.5.jsonl', import.meta.url);
const exchanges = readFileSync(fixture, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Exchange);

let emulator: RedisEmulator;
let client: Redis;

beforeAll(async () => {
  emulator = await startRedisEmulator();
  client = new Redis(emulator.url, { protocol: 2 });
});
afterAll(async () => {
  client.disconnect();
  await emulator.close();
});

/** As the recordings have it: text where the bytes are some. */
function recorded(reply: unknown): Recorded {
  if (Array.isArray(reply)) return reply.map(recorded);
  if (!Buffer.isBuffer(reply)) return reply as Recorded;
  const text = reply.toString();
  return Buffer.from(text).equals(reply) ? text : { b64: reply.toString('base64') };
}

async function ask(request: Exchange['request']): Promise<Exchange['response']> {
  try {
    const [name = '', ...words] = request.map((word) =>
      typeof word === 'string' ? word : Buffer.from(word.b64, 'base64'),
    );
    return { reply: recorded(await client.callBuffer(name.toString(), ...words)) };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

it('answers as the server did when it was recorded, but for what is listed', async () => {
  expect(exchanges).toHaveLength(35);
  const different: string[] = [];
  for (const { name, request, response } of exchanges) {
    const answer = await ask(request);
    if (JSON.stringify(answer) !== JSON.stringify(response)) different.push(name);
  }
  expect(different).toEqual(exchanges.map(({ name }) => name).filter((name) => Object.hasOwn(OTHERWISE, name)));
});

it('tells of an index what the adapter reads of it as the server did', async () => {
  const created = exchanges.find(({ name }) => name === 'create hash index');
  await ask(created?.request ?? []);
  for (const { name, request } of exchanges) if (name.startsWith('hset')) await ask(request);
  const { reply: expected } = exchanges.find(({ name }) => name === 'info')?.response ?? {};
  const { reply } = await ask(['FT.INFO', 'docs']);
  const fact = (list: Recorded | undefined, key: string): Recorded | undefined =>
    Array.isArray(list) ? (list as readonly Recorded[])[(list as readonly Recorded[]).indexOf(key) + 1] : undefined;
  for (const key of [
    'index_definition',
    'attributes',
    'num_docs',
    'hash_indexing_failures',
    'indexing',
    'percent_indexed',
  ]) {
    expect([key, fact(reply, key)]).toEqual([key, fact(expected, key)]);
  }
});
