import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isDense, own, parseJson, type Metadata, type Vector } from '@vsm/core/adapter';
import { describe, expect, it } from 'vitest';
import { createFolder } from '../src/index.ts';
import { readAll, vectorOf } from './read-all.ts';
import { FIXTURES, unpack } from './unpack.ts';

interface Expected {
  readonly id: string;
  readonly vector: Readonly<Record<string, unknown>>;
  readonly payload: Metadata;
}

function expectedOf(version: string): Readonly<Record<string, readonly Expected[]>> {
  const text = readFileSync(join(FIXTURES, 'qdrant', `${version}.expected.json`), 'utf8');
  return parseJson(text) as unknown as Record<string, readonly Expected[]>;
}

/** As the client gives it back, which scales for cosine what it reads. */
function scaled(vector: Vector | undefined, isCosine: boolean): unknown {
  if (vector === undefined || !isCosine) return vector;
  const scale = (values: readonly number[]): number[] => values.map((value) => value / Math.hypot(...values));
  if ('rows' in vector) return vector.rows.map((row) => scale([...row]));
  return isDense(vector) ? scale([...vector]) : vector;
}

function roughly(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, one: unknown) => (typeof one === 'number' ? Number(one.toFixed(5)) : one)),
  );
}

describe.each(['1.8.2', '1.20.0'])('a folder of the local mode of qdrant-client %s', (version) => {
  it('has what the client gives, and vectors at their own length', async () => {
    await using store = createFolder({ path: unpack(`qdrant/${version}`) });
    expect(await store.listCollections()).toEqual(['empty', 'euclid', 'named', 'plain']);
    for (const [name, expected] of Object.entries(expectedOf(version))) {
      const collection = await store.openCollection(name);
      const { vectors } = await collection.describe();
      const records = await readAll(collection);
      expect(records.map(({ id }) => id).toSorted()).toEqual(expected.map(({ id }) => id).toSorted());
      expect((await collection.count()).value).toBe(expected.length);
      for (const { id, vector, payload } of expected) {
        const record = records.find((one) => one.id === id);
        expect(record?.metadata).toEqual(payload);
        for (const [key, one] of Object.entries(vector)) {
          const schema = own(vectors, key);
          const isCosine = schema?.kind !== 'sparse' && schema?.metric === 'cosine';
          const found = scaled(own(record?.vectors ?? {}, key), isCosine);
          expect(roughly(found)).toEqual(roughly(one));
        }
      }
      const fetched = await collection.fetch(['nowhere', ...records.map(({ id }) => id)]);
      expect(fetched).toEqual(records);
    }
    const [first] = await (await store.openCollection('plain')).fetch(['0']);
    expect(vectorOf(first)?.[0]).toBe(0.8380000000000001);
  });

  it('says what each vector is', async () => {
    await using store = createFolder({ path: unpack(`qdrant/${version}`) });
    const { vectors } = await (await store.openCollection('named')).describe();
    expect(vectors).toMatchObject({ title: { kind: 'dense', metric: 'dot', dimension: 4 }, words: { kind: 'sparse' } });
    expect(own(vectors, 'rows')?.kind).toBe(version === '1.20.0' ? 'multi' : undefined);
  });
});

it('a folder that Python 3.7 wrote is read, whose pickles are of an older protocol', async () => {
  await using store = createFolder({ path: unpack('qdrant/python-3.7') });
  const records = await readAll(await store.openCollection('plain'));
  expect(records.map((record) => [record.id, vectorOf(record), record.metadata])).toEqual([
    ['1', [0.5, -2], { at: 1, pair: [1, 2], none: null, large: 2n ** 70n, text: '\u{FEFF}Satz' }],
    ['18446744073709551615', [1, 2], {}],
  ]);
});

describe('a collection whose name is a path', () => {
  it('is read where the client put it', async () => {
    await using store = createFolder({ path: unpack('qdrant/nested-1.12.2') });
    expect(await store.listCollections()).toEqual(['team/docs']);
    expect(await readAll(await store.openCollection('team/docs'))).toMatchObject([{ id: '1', metadata: { at: 1 } }]);
  });

  it('is refused where that is outside the folder', async () => {
    const path = unpack('qdrant/nested-1.12.2');
    const meta = readFileSync(join(path, 'meta.json'), 'utf8');
    writeFileSync(join(path, 'meta.json'), meta.replace('team/docs', '../../elsewhere'));
    await using store = createFolder({ path });
    await expect(store.openCollection('../../elsewhere')).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringContaining('lies outside the folder'),
    });
  });
});

describe('a point', () => {
  it('that was written in two spellings of its id is the last of them', async () => {
    const path = unpack('qdrant/1.20.0');
    const database = new DatabaseSync(join(path, 'collection/plain/storage.sqlite'));
    // An older client kept the id without hyphens, by the pickle of that text.
    const id = '5c56c79369f34fbf87e6c4bf54c28c26';
    const key = Buffer.from(`\x80\x04\x95${String.fromCharCode(36)}\0\0\0\0\0\0\0\x8c\x20${id}\x94.`, 'latin1');
    database.prepare('INSERT INTO points SELECT ?, point FROM points WHERE rowid = 1').run(key.toString('base64'));
    database.close();
    await using store = createFolder({ path });
    const collection = await store.openCollection('plain');
    const records = await readAll(collection);
    expect(records.filter(({ id: one }) => one === '5c56c793-69f3-4fbf-87e6-c4bf54c28c26')).toMatchObject([
      { metadata: { at: 0 } },
    ]);
    expect((await collection.count()).value).toBe(records.length);
  });

  it('whose pickle names another class is refused by its id, and the others are read', async () => {
    const path = unpack('qdrant/1.20.0');
    const database = new DatabaseSync(join(path, 'collection/plain/storage.sqlite'));
    database
      .prepare('UPDATE points SET point = ? WHERE rowid = 1')
      .run(Buffer.from('cos\nsystem\n(X\x04\0\0\0truetR.', 'latin1'));
    database.close();
    await using store = createFolder({ path });
    const [first, second] = await readAll(await store.openCollection('plain'));
    expect(first).toMatchObject({
      id: '0',
      metadata: { '(point)': { reason: expect.stringContaining('it names os.system') } },
    });
    expect(second).toMatchObject({ id: '3', metadata: { at: 3 } });
  });
});

describe('a damaged folder of the local mode', () => {
  it.each([
    [
      'a cut database',
      (path: string) => truncateSync(join(path, 'collection/plain/storage.sqlite'), 5000),
      'SQLite cannot read it',
    ],
    ['no database', (path: string) => rmSync(join(path, 'collection/plain/storage.sqlite')), 'the file is missing'],
    [
      'a cut meta.json',
      (path: string) => truncateSync(join(path, 'meta.json'), 100),
      'meta.json: it is no JSON, or cut',
    ],
  ])('with %s is refused', async (_what, damage, message) => {
    const path = unpack('qdrant/1.20.0');
    damage(path);
    await using store = createFolder({ path });
    await expect(store.openCollection('plain').then(readAll)).rejects.toMatchObject({
      code: 'INVALID_DATA',
      message: expect.stringContaining(message),
    });
  });
});
