import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseJson, type Float, type Metadata, type VectorRecord } from '@vsm/core/adapter';
import { describe, expect, it } from 'vitest';
import { createFolder } from '../src/index.ts';
import { readAll, vectorOf } from './read-all.ts';
import { FIXTURES, unpack } from './unpack.ts';

interface Expected {
  readonly id: string;
  readonly vector: readonly (number | Float)[] | null;
  readonly metadata: Metadata | null;
  readonly document: string | null;
  readonly uri: string | null;
}

const VERSIONS = ['0.4.24', '0.5.23', '0.6.3', '1.0.20', '1.5.9'];

function expectedOf(version: string): Readonly<Record<string, readonly Expected[]>> {
  const text = readFileSync(join(FIXTURES, 'chroma', `${version}.expected.json`), 'utf8');
  return (parseJson(text) as unknown as { collections: Record<string, readonly Expected[]> }).collections;
}

/** Cosine multiplies the vectors of its index by their lengths again: components may be off by one step of float32. */
function expectVector(found: readonly number[] | undefined, wanted: readonly (number | Float)[], within: number): void {
  expect(found).toHaveLength(wanted.length);
  for (const [at, component] of wanted.map((one) => Math.fround(Number(one))).entries()) {
    expect(Math.abs((found?.[at] ?? Number.NaN) - component)).toBeLessThanOrEqual(Math.abs(component) * within);
  }
}

function byId(records: readonly VectorRecord[]): VectorRecord[] {
  return records.toSorted((left, right) => (left.id < right.id ? -1 : 1));
}

describe.each(VERSIONS)('a folder of Chroma %s', (version) => {
  it('has the collections that Chroma lists, with its metrics', async () => {
    await using store = createFolder({ path: unpack(`chroma/${version}`) });
    expect(await store.listCollections()).toEqual(['angles', 'archive/docs', 'docs', 'empty', 'queued']);
    const metrics = await Promise.all(
      ['angles', 'docs', 'queued'].map(
        async (name) => (await (await store.openCollection(name)).describe()).vectors[''],
      ),
    );
    expect(metrics).toMatchObject([
      { metric: 'cosine', dimension: 4 },
      { metric: 'euclidean', dimension: 4 },
      { metric: 'dot', dimension: 4 },
    ]);
  });

  it('gives what Chroma gives, whether it lies in the index or in the queue', async () => {
    await using store = createFolder({ path: unpack(`chroma/${version}`) });
    for (const [name, wanted] of Object.entries(expectedOf(version))) {
      const collection = await store.openCollection(name);
      const records = byId(await readAll(collection));
      expect(records.map(({ id }) => id)).toEqual(wanted.map(({ id }) => id).toSorted());
      expect((await collection.count()).value).toBe(wanted.length);
      for (const { id, vector, metadata, document, uri } of wanted) {
        const record = records.find((one) => one.id === id);
        expect(record).toMatchObject({ id, metadata: metadata ?? {} });
        expect(record?.document).toBe(document ?? undefined);
        expect(record?.uri).toBe(uri ?? undefined);
        if (vector === null) continue;
        expectVector(vectorOf(record), vector, name === 'angles' ? 2 ** -23 : 0);
      }
      const ids = wanted.map(({ id }) => id);
      expect(byId(await collection.fetch([...ids, 'nowhere']))).toEqual(records);
    }
  });

  it('is read alike in parts', async () => {
    await using store = createFolder({ path: unpack(`chroma/${version}`) });
    const collection = await store.openCollection('docs');
    const parts = (await collection.partition?.(3)) ?? [];
    expect(parts).toHaveLength(3);
    const found: VectorRecord[] = [];
    for (const partition of parts) {
      const page = await collection.scan({ partition, limit: 100, include: ['vectors', 'metadata'] });
      found.push(...page.records);
    }
    expect(found).toEqual(await readAll(collection));
  });
});

/** The file of a segment that was written down. */
function inSegment(path: string, file: string): string {
  const segment = readdirSync(path).find((name) => {
    const inside = name === 'chroma.sqlite3' ? [] : readdirSync(join(path, name));
    return (
      inside.includes('index_metadata.pickle') && readFileSync(join(path, name, 'index_metadata.pickle')).length > 500
    );
  });
  return join(path, segment ?? '', file);
}

async function refusalOf(path: string): Promise<unknown> {
  await using store = createFolder({ path });
  for (const name of await store.listCollections().catch((cause: unknown) => [cause])) {
    if (typeof name !== 'string') return name;
    const cause = await store
      .openCollection(name)
      .then(readAll)
      .catch((refusal: unknown) => refusal);
    if (cause instanceof Error) return cause;
  }
  return undefined;
}

function change(path: string, ...statements: readonly string[]): void {
  const database = new DatabaseSync(join(path, 'chroma.sqlite3'));
  for (const statement of statements) database.exec(statement);
  database.close();
}

describe('a damaged folder of Chroma', () => {
  it.each(['data_level0.bin', 'header.bin', 'index_metadata.pickle', 'length.bin'])(
    'without its %s is refused by the name of the file',
    async (file) => {
      const path = unpack('chroma/1.5.9');
      for (const entry of readdirSync(path).filter((name) => name !== 'chroma.sqlite3'))
        rmSync(join(path, entry, file), { force: true });
      expect(await refusalOf(path)).toMatchObject({
        code: 'INVALID_DATA',
        message: expect.stringContaining(`${file}: the file is missing`),
      });
    },
  );

  it('with cut vectors is refused', async () => {
    const path = unpack('chroma/0.5.23');
    truncateSync(inSegment(path, 'data_level0.bin'), 1000);
    expect(await refusalOf(path)).toMatchObject({
      code: 'INVALID_DATA',
      message: expect.stringContaining('it ends at 1000 bytes'),
    });
  });

  it('with a cut database is refused', async () => {
    const path = unpack('chroma/1.0.20');
    truncateSync(join(path, 'chroma.sqlite3'), 40_000);
    expect(await refusalOf(path)).toMatchObject({
      code: 'INVALID_DATA',
      message: expect.stringContaining('chroma.sqlite3: SQLite cannot read it'),
    });
  });

  it.each([
    ['a call of os.system', 'cos\nsystem\n(X\x04\0\0\0truetR.', 'it names os.system'],
    ['an opcode that reaches outside', '\x80\x03Pabc\n.', 'the opcode PERSID at byte 2'],
    ['half of it', '\x80\x03}(X\x0e\0\0\0dimens', 'it is cut'],
  ])('with %s in its pickle is refused, and nothing is run', async (_what, bytes, message) => {
    const path = unpack('chroma/0.4.24');
    writeFileSync(inSegment(path, 'index_metadata.pickle'), Buffer.from(bytes, 'latin1'));
    expect(await refusalOf(path)).toMatchObject({ code: 'INVALID_DATA', message: expect.stringContaining(message) });
  });

  it('whose metadata is behind its queue is refused, for Chroma completes it', async () => {
    const path = unpack('chroma/1.5.9');
    change(path, 'UPDATE max_seq_id SET seq_id = 73 WHERE seq_id = 74');
    expect(await refusalOf(path)).toMatchObject({
      message: expect.stringMatching(/the queue of "queued" goes to entry 74.*Open a copy of the folder with Chroma/),
    });
  });
});

describe('a record without a vector', () => {
  it('is refused by its id, and the others are read', async () => {
    const path = unpack('chroma/1.0.20');
    change(path, `DELETE FROM embeddings_queue WHERE id = 'one'`);
    await using store = createFolder({ path });
    const [one, two] = byId(await readAll(await store.openCollection('queued')));
    expect(one).toMatchObject({
      id: 'one',
      document: 'eins',
      vectors: {},
      metadata: { '(vector)': { reason: 'the index has no vector of it, nor has the queue: Chroma lost it' } },
    });
    expect(vectorOf(two)).toHaveLength(4);
  });

  it('that 0.4 itself cannot read any more has it in the queue still', async () => {
    await using store = createFolder({ path: unpack('chroma/0.4.24') });
    const { docs = [] } = expectedOf('0.4.24');
    const lost = docs.filter(({ vector }) => vector === null).map(({ id }) => id);
    expect(lost).toEqual(['doc-09']);
    const [record] = await (await store.openCollection('docs')).fetch(lost);
    const sibling = expectedOf('1.5.9')['docs']?.find(({ id }) => id === 'doc-09');
    expect(vectorOf(record)).toEqual(sibling?.vector?.map((component) => Math.fround(Number(component))));
  });
});

it('a vector of a cosine collection is as it was added where the queue still has it', async () => {
  await using store = createFolder({ path: unpack('chroma/0.4.24') });
  const [record] = await (await store.openCollection('angles')).fetch(['doc-02']);
  // By make.py; multiplied again from the index, a component is one step off.
  const added = [1, 3, 7, 11].map((step) => Math.fround(3 * (((2 * step * 7919) % 1000) / 500 - 1)));
  expect(vectorOf(record)).toEqual(added);
});

it('a collection of another tenant has its name before that of its database', async () => {
  const path = unpack('chroma/1.0.20');
  change(path, `INSERT INTO tenants VALUES ('acme')`, `UPDATE databases SET tenant_id = 'acme' WHERE name = 'archive'`);
  await using store = createFolder({ path });
  expect(await store.listCollections()).toContain('acme/archive/docs');
  expect(await readAll(await store.openCollection('acme/archive/docs'))).toMatchObject([{ id: 'old' }]);
});

it.each(['0.4.24', '1.5.9'])(
  'an update of a record that was not there yet is not what a later entry of the queue added: %s',
  async (version) => {
    const text = readFileSync(join(FIXTURES, 'chroma', `queue-${version}.expected.json`), 'utf8');
    await using store = createFolder({ path: unpack(`chroma/queue-${version}`) });
    const records = await readAll(await store.openCollection('docs'));
    expect(Object.fromEntries(records.map((record) => [record.id, vectorOf(record)]))).toEqual(JSON.parse(text));
  },
);
