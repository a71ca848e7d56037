import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { carry, rolesOf } from './carry.ts';
import { foreignFolder } from './folder.ts';

const FIXTURES = new URL('fixtures/', import.meta.url).pathname;

const { lines, path } = foreignFolder();

describe('a field that lies beside the metadata and inside it', () => {
  const inside = { source: 'https://example.org/hours', lang: 'en' };
  const record = { id: 'p1', embedding: [0.6, 0.8], content: 'opening hours' };
  const kept = { source: 'https://example.org/hours', lang: 'en', source__column: 'crawler' };

  it.each([
    ['before it', [{ ...record, source: 'crawler', metadata: inside }]],
    ['after it', [{ ...record, metadata: inside, source: 'crawler' }]],
  ])('%s: both are kept', async (_, values) => {
    const { records, plan } = await carry(await lines('pages.jsonl', values));
    expect(records.get('p1')?.metadata).toEqual(kept);
    expect(rolesOf(plan)).toMatchObject({ source: 'metadata source__column', content: 'document' });
  });

  it('in a struct of a Parquet file: both are kept', async () => {
    const { records } = await carry(`file:${FIXTURES}pages.parquet`);
    expect(records.get('p0')?.metadata).toEqual({ ...kept, source: 'https://example.org/0' });
  });

  it('that only a late record has: both are kept', async () => {
    const many = Array.from({ length: 1500 }, (_, at) => ({
      ...record,
      id: `r${at}`,
      metadata: { lang: 'en' },
      source: 'crawler',
    }));
    many.splice(740, 1, { ...record, id: 'late', metadata: inside, source: 'crawler' });
    const { records } = await carry(await lines('pages.jsonl', many));
    expect(records.get('late')?.metadata).toEqual(kept);
    expect(records.get('r0')?.metadata).toEqual({ lang: 'en', source: 'crawler' });
  });
});

describe('what the APIs of other stores print', () => {
  it("Qdrant's points: the payload is the metadata, and named vectors have their names", async () => {
    const location = await lines('dump.jsonl', [
      {
        id: 1,
        payload: { title: 'one' },
        vector: { text: [0.1, 0.2, 0.3, 0.4], image: [0.5, 0.6], kw: { indices: [3, 9], values: [0.5, 1.5] } },
      },
      { id: 2, payload: { title: 'two' }, vector: { text: [0.4, 0.2, 0.3, 0.4], kw: { indices: [1], values: [0.5] } } },
    ]);
    const { records, plan } = await carry(location);
    expect(records.get('1')).toMatchObject({
      metadata: { title: 'one' },
      vectors: { text: [0.1, 0.2, 0.3, 0.4], image: [0.5, 0.6], kw: { indices: [3, 9], values: [0.5, 1.5] } },
    });
    expect(Object.keys(records.get('2')?.vectors ?? {})).toEqual(['text', 'kw']);
    expect(rolesOf(plan)).toMatchObject({
      payload: 'metadata',
      'vector.text': 'vector text',
      'vector.kw': 'vector kw',
    });
  });

  it('a scroll of Qdrant with unnamed vectors, one point a line and whole answers', async () => {
    const point = {
      id: 17,
      payload: { title: 'Ferry', tags: [] },
      vector: [0.4, 0.3, 0.2, 0.1],
      shard_key: null,
      order_value: null,
    };
    for (const values of [
      [point],
      [{ result: { points: [point], next_page_offset: null }, status: 'ok', time: 0.1 }],
    ]) {
      const { records, result } = await carry(await lines('scroll.jsonl', values));
      expect(result.success).toBe(true);
      expect(records.get('17')).toMatchObject({
        vectors: { '': [0.4, 0.3, 0.2, 0.1] },
        metadata: { title: 'Ferry', tags: [] },
      });
    }
  });

  it('a list under "vectors" is the unnamed vector', async () => {
    const { records } = await carry(
      await lines('v.jsonl', [{ id: 'n1', text: 'north', vectors: [0.1, 0.2, 0.3, 0.4] }]),
    );
    expect(records.get('n1')).toMatchObject({ vectors: { '': [0.1, 0.2, 0.3, 0.4] }, document: 'north' });
  });

  it("answers of Chroma's get(): a record for each id, page by page", async () => {
    const ids = Array.from({ length: 250 }, (_, at) => `c${at}`);
    const answer = (part: readonly string[]): unknown => ({
      ids: part,
      embeddings: part.map((id) => [Number(id.slice(1)), 1]),
      documents: part.map((id) => `text of ${id}`),
      metadatas: part.map((id, at) => (at % 2 === 0 ? { id } : null)),
      uris: null,
      included: ['embeddings', 'documents', 'metadatas'],
    });
    const location = await lines('chroma.jsonl', [answer(ids.slice(0, 120)), answer(ids.slice(120))]);
    const { records, result, plan } = await carry(location);
    expect(result.success).toBe(true);
    expect([...records.keys()].toSorted()).toEqual(ids.toSorted());
    expect(records.get('c121')).toMatchObject({ vectors: { '': [121, 1] }, document: 'text of c121' });
    expect(rolesOf(plan)).toMatchObject({ included: 'ignored', uris: 'ignored', embedding: 'vector' });
  });

  it('objects of Weaviate', async () => {
    const object = {
      class: 'Doc',
      id: '5c56c793-69f3-4fbf-87e6-c4bf54c28c26',
      properties: { title: 'one' },
      vectors: { title: [1, 2], body: [3, 4] },
    };
    const { records } = await carry(await lines('weaviate.jsonl', [object]));
    expect(records.get(object.id)).toMatchObject({
      vectors: { title: [1, 2], body: [3, 4] },
      metadata: { title: 'one', class: 'Doc' },
    });
  });

  it("Pinecone's import: the text that holds the metadata is unfolded", async () => {
    const { records } = await carry(`file:${FIXTURES}pinecone-import.parquet`);
    expect(records.get('r1')?.metadata).toEqual({ genre: 'log', year: 2020, tags: ['a', 'b'] });
  });
});

describe('a folder that is partitioned by a column', () => {
  it('is one collection, and each record has the column', async () => {
    const { records, plan, result } = await carry(`file:${FIXTURES}ds?collection=ds`);
    expect(result.vectorsMigrated).toBe(10);
    const langs = Map.groupBy(records.values(), ({ metadata }) => metadata['lang']);
    expect([langs.get('de')?.length, langs.get('en')?.length]).toEqual([5, 5]);
    expect(rolesOf(plan)).toMatchObject({ lang: 'metadata' });
  });

  it('can be the namespace', async () => {
    const { records } = await carry(`file:${FIXTURES}ds?collection=ds&namespace=lang`);
    expect(new Set([...records.values()].map(({ namespace }) => namespace))).toEqual(new Set(['de', 'en']));
  });
});

describe('ids that a data frame kept in its index', () => {
  it('of one level', async () => {
    const { records } = await carry(`file:${FIXTURES}named-by-index.parquet`, ['vector-precision']);
    expect(records.has('doc-000')).toBe(true);
  });

  it('of two levels make the id together, as they do when named', async () => {
    const { records } = await carry(`file:${FIXTURES}two-levels.parquet`, ['vector-precision']);
    expect(records.has('["b0","0"]')).toBe(true);
    const named = await carry(`file:${FIXTURES}two-levels.parquet?id=page,book`, ['vector-precision']);
    expect(named.records.has('["0","b0"]')).toBe(true);
  });

  it('that there are none of: the plan stops and says how, and row numbers are ids where asked for', async () => {
    await expect(carry(`file:${FIXTURES}no-ids.parquet`)).rejects.toThrow(/say id=<field>.*id=#row/);
    const { records } = await carry(`file:${FIXTURES}no-ids.parquet?id=%23row`, ['vector-precision']);
    expect([...records.keys()]).toEqual(Array.from({ length: 12 }, (_, at) => String(at)));
  });
});

describe('types that JSON has no place for', () => {
  it('a VARIANT: each value by its own type, shredded or not', async () => {
    const { records, result } = await carry(`file:${FIXTURES}catalogue.parquet`);
    expect(result.success).toBe(true);
    expect(records.get('p0')?.metadata).toEqual({
      info: {
        price: 19.9,
        weight_kg: 1.5,
        listed: '2025-06-01',
        changed: '2025-06-01T10:00:00.000000',
        total: '12345678901234567890.12',
        stock: 40,
        tags: ['a', 'b'],
      },
    });
  });

  it('an INTERVAL: ISO 8601', async () => {
    const { records } = await carry(`file:${FIXTURES}talks.parquet`);
    expect(records.get('t0')?.metadata).toEqual({ length: 'PT30M', kept_for: 'P1M2DT3S' });
  });

  it('a timestamp that is infinite', async () => {
    const { records } = await carry(`file:${FIXTURES}inf.parquet`);
    expect([...records.values()].map(({ metadata }) => metadata['ts'])).toContain('infinity');
  });

  it('blobs of LanceDB: the bytes themselves', async () => {
    const { records, plan } = await carry(`lancedb:${await blobs()}?table=photos`);
    expect(records.get('p0')?.metadata).toEqual({ picture: Buffer.from('bytes of picture 0').toString('base64') });
    expect(records.get('p3')?.metadata).toEqual({});
    expect(plan.reading).toContainEqual(
      expect.objectContaining({ field: 'picture', evidence: expect.stringContaining('base64') }),
    );
  });

  it('blobs of an older encoding, of which the engine gives no bytes: the plan stops, and they can be left out by name', async () => {
    const location = `lancedb:${await blobs()}?table=photos1`;
    await expect(carry(location)).rejects.toThrow(/"picture" holds blobs.*say ignore=picture/);
    const { records, plan } = await carry(`${location}&ignore=picture`);
    expect(records.get('p0')).toMatchObject({ document: 'photo 0', metadata: {} });
    expect(rolesOf(plan)).toMatchObject({ picture: 'ignored' });
  });

  // A copy, so that nothing can change the original.
  async function blobs(): Promise<string> {
    await cp(join(FIXTURES, 'blobs'), join(path(), 'db'), { recursive: true });
    return join(path(), 'db');
  }
});
