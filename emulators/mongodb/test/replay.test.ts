import { readFileSync } from 'node:fs';
import { BSON, MongoClient, MongoServerError, type Document } from 'mongodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startMongodbEmulator, type MongodbEmulator } from '../src/index.ts';

interface Exchange {
  readonly name: string;
  /** In canonical Extended JSON. */
  readonly request: object;
  readonly response: { readonly ok: unknown; readonly code?: number };
}

/** Exchanges that are answered otherwise, and why: the recorded server is FerretDB, and what it lacks MongoDB has. */
const OTHERWISE: Readonly<Record<string, string>> = {
  'insert duplicate beside new': 'MongoDB names the index and the key',
  'replace upsert': 'FerretDB counts what was made, MongoDB tells its place in the batch',
  'find page': 'the number of a cursor is its own',
  'dotted key': 'MongoDB takes keys with dots since 5.0',
  'search indexes': 'FerretDB has no search',
  'create search index': 'FerretDB has no search',
  'change stream': 'MongoDB has them, and this stand-in refuses them in other words',
  'list collections': 'of a collection this stand-in always tells its number',
};

const fixture = new URL('../fixtures/ferretdb-1.24.2.jsonl', import.meta.url);
const exchanges = readFileSync(fixture, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Exchange);

let emulator: MongodbEmulator;
let client: MongoClient;

beforeAll(async () => {
  emulator = await startMongodbEmulator();
  client = new MongoClient(emulator.url, { promoteValues: false });
});
afterAll(async () => {
  await client.close();
  await emulator.close();
});

async function ask(request: object): Promise<unknown> {
  try {
    const command = BSON.EJSON.deserialize(request, { relaxed: false }) as Document;
    return canonical(await client.db('rec').command(command, { promoteValues: false }));
  } catch (error) {
    if (!(error instanceof MongoServerError)) throw error;
    const { code, codeName, errmsg } = error.errorResponse;
    return canonical({ ok: 0, code, codeName, errmsg });
  }
}

/** Whole numbers that mean a number, whatever their type, are one: `ok`, and the zero of an ended cursor. */
function canonical(answer: unknown): unknown {
  return JSON.parse(
    JSON.stringify(BSON.EJSON.serialize(answer, { relaxed: false }))
      .replaceAll(/"ok":\{"\$number(?:Int|Double)":"1(?:\.0)?"\}/g, '"ok":1')
      .replaceAll(/"id":\{"\$number(?:Int|Long)":"0"\}/g, '"id":0'),
  );
}

it('answers as the recorded server did, but for what is listed', async () => {
  expect(exchanges).toHaveLength(18);
  const different: string[] = [];
  for (const { name, request, response } of exchanges) {
    const answer = await ask(request);
    const expected = canonical(BSON.EJSON.deserialize(response, { relaxed: false }));
    try {
      expect(answer).toEqual(expected);
    } catch {
      different.push(name);
    }
  }
  expect(different).toEqual(exchanges.map(({ name }) => name).filter((name) => Object.hasOwn(OTHERWISE, name)));
});
