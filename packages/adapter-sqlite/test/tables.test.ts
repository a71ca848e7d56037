import { createClient } from '@libsql/client';
import { Float } from '@vsm/core/adapter';
import { describe, expect, it } from 'vitest';
import { blob, folderOfFiles, readAll } from './database.ts';

const { open, sql, path, database } = folderOfFiles();

async function libsql(...statements: string[]): Promise<void> {
  const client = createClient({ url: `file:${path()}` });
  for (const statement of statements) await client.execute(statement);
  client.close();
}

const engines = [{ engine: 'sqlite' }, { engine: 'libsql' }] as const;

describe.each(engines)('tables that others made, by $engine', ({ engine }) => {
  it('reads a table of LangChain for libSQL', async () => {
    await libsql(
      'CREATE TABLE vectors (id INTEGER PRIMARY KEY AUTOINCREMENT, content TEXT, metadata TEXT, embedding F32_BLOB(2))',
      'CREATE INDEX idx_vectors_embedding ON vectors (libsql_vector_idx(embedding))',
      `INSERT INTO vectors (content, metadata, embedding) VALUES ('one', '{"big":9007199254740993,"f":1.0}', vector('[1,2.5]')), ('two', NULL, vector('[3,4]'))`,
    );
    const store = open({ engine });
    expect(await store.listCollections()).toEqual(['vectors']);
    const collection = await store.openCollection('vectors');
    expect(await collection.describe()).toMatchObject({
      vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } },
      ids: 'int64',
      reading: [
        { field: 'id', role: 'id', basis: 'declared' },
        { field: 'content', role: 'document', basis: 'guessed' },
        { field: 'metadata', role: 'metadata', unfolded: true },
        { field: 'embedding', role: 'vector', name: '', basis: 'declared' },
      ],
      undecided: undefined,
    });
    // Only libSQL keeps its index.
    expect((await collection.describe()).restrictions === undefined).toBe(engine === 'libsql');
    expect(await readAll(collection)).toEqual([
      {
        id: '1',
        vectors: { '': Float32Array.of(1, 2.5) },
        metadata: { big: 9007199254740993n, f: new Float(1) },
        document: 'one',
      },
      { id: '2', vectors: { '': Float32Array.of(3, 4) }, metadata: {}, document: 'two' },
    ]);
  });

  it('takes the id of Mastra, whose primary key is NULL in every row', async () => {
    await libsql(
      `CREATE TABLE docs (id SERIAL PRIMARY KEY, vector_id TEXT UNIQUE NOT NULL, embedding F32_BLOB(2), metadata TEXT DEFAULT '{}')`,
      `INSERT INTO docs (vector_id, embedding, metadata) VALUES ('a', vector('[1,2]'), '{"text":"one"}'), ('b', vector('[3,4]'), '{}')`,
    );
    const collection = await open({ engine }).openCollection('docs');
    expect(await readAll(collection, 1)).toEqual([
      { id: 'a', vectors: { '': Float32Array.of(1, 2) }, metadata: { text: 'one' } },
      { id: 'b', vectors: { '': Float32Array.of(3, 4) }, metadata: {} },
    ]);
    // The number that nobody fills stays so.
    expect(await collection.upsert([{ id: 'b', vectors: {}, metadata: { x: 1 } }])).toEqual({
      accepted: 1,
      rejected: [],
    });
    expect(await collection.fetch(['b'])).toEqual([{ id: 'b', vectors: {}, metadata: { x: 1 } }]);
  });

  it('keeps the types of plain columns in both directions, and text whole that holds U+0000', async () => {
    sql(
      'CREATE TABLE movies (title TEXT, year INT, score REAL, seen BOOLEAN, cover BLOB, plot TEXT, full_emb F32_BLOB(2), short_emb F32_BLOB(3), id TEXT PRIMARY KEY, twice INT GENERATED ALWAYS AS (year * 2)) WITHOUT ROWID',
      `INSERT INTO movies VALUES ('a' || char(0) || 'b', 9223372036854775807, 2.0, 1, x'0102', NULL, ${blob(1, 2)}, NULL, 'x' || char(0) || 'y')`,
    );
    const collection = await open({ engine, document: 'plot' }).openCollection('movies');
    const [record] = await readAll(collection);
    expect(record).toEqual({
      id: 'x\0y',
      vectors: { full_emb: Float32Array.of(1, 2) },
      metadata: { title: 'a\0b', year: 9223372036854775807n, score: new Float(2), seen: true, cover: 'AQI=' },
    });
    expect((await collection.describe()).reading).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ field: 'cover', evidence: 'BLOB; bytes become base64 text' }),
        expect.objectContaining({ field: 'twice', role: 'ignored' }),
      ]),
    );
    const good = { title: 't', year: -5, score: new Float(-3), seen: false };
    const result = await collection.upsert([
      { id: 'good', vectors: { short_emb: [1, 2, 3] }, metadata: good, document: 'p' },
      { id: 'whole', vectors: {}, metadata: { score: 3 } },
      { id: 'minus', vectors: {}, metadata: { score: new Float(-0) } },
      { id: 'number', vectors: {}, metadata: { title: 7 } },
      { id: 'text', vectors: {}, metadata: { year: '2020' } },
      { id: 'bytes', vectors: {}, metadata: { cover: 'AQI=' } },
      { id: 'other', vectors: {}, metadata: { other: 1 } },
      { id: 'linked', vectors: {}, metadata: {}, uri: 'https://example.com' },
    ]);
    expect(result.accepted).toBe(1);
    expect(result.rejected.map(({ id, reason }) => [id, reason])).toEqual([
      ['whole', 'invalid-metadata'],
      ['minus', 'invalid-metadata'],
      ['number', 'invalid-metadata'],
      ['text', 'invalid-metadata'],
      ['bytes', 'invalid-metadata'],
      ['other', 'invalid-metadata'],
      ['linked', 'refused'],
    ]);
    expect(await collection.fetch(['good'])).toEqual([
      { id: 'good', vectors: { short_emb: Float32Array.of(1, 2, 3) }, metadata: good, document: 'p' },
    ]);
  });

  it('refuses by id what a constraint refuses, and writes the rest of the batch', async () => {
    sql(
      `CREATE TABLE docs (id TEXT PRIMARY KEY, kind TEXT NOT NULL, lang TEXT NOT NULL DEFAULT 'en', embedding F32_BLOB(1) CHECK (length(kind) < 4))`,
    );
    const collection = await open({ engine }).openCollection('docs');
    const records = ['ok', 'fine', undefined, 'yes'].map((kind, at) => ({
      id: String(at),
      vectors: { '': [at] },
      metadata: kind === undefined ? {} : { kind },
    }));
    const { accepted, rejected } = await collection.upsert(records);
    expect(accepted).toBe(2);
    // What the columns say is known before anything is sent.
    expect(rejected).toMatchObject([
      { id: '2', reason: 'refused', detail: expect.stringContaining('"kind" takes no NULL') },
      { id: '1', reason: 'refused', detail: expect.stringContaining('CHECK') },
    ]);
    expect(await collection.wouldReject?.(records)).toMatchObject([{ id: '2' }]);
    // What has a default goes back to it.
    await collection.upsert([{ id: '0', vectors: {}, metadata: { kind: 'a', lang: 'de' } }]);
    await collection.upsert([{ id: '0', vectors: {}, metadata: { kind: 'b' } }]);
    expect(await collection.fetch(['0'])).toEqual([{ id: '0', vectors: {}, metadata: { kind: 'b', lang: 'en' } }]);
  });

  it('gives a vector of the wrong width as it is, and bytes that are none as an empty one, so that targets refuse them by id', async () => {
    sql(
      'CREATE TABLE docs (id TEXT PRIMARY KEY, embedding F32_BLOB(2))',
      `INSERT INTO docs VALUES ('good', ${blob(1, 2)}), ('long', ${blob(1, 2, 3)}), ('odd', x'0102'), ('text', 'no vector')`,
    );
    const found = await readAll(await open({ engine }).openCollection('docs'));
    expect(found.map(({ id, vectors }) => [id, vectors['']])).toEqual([
      ['good', Float32Array.of(1, 2)],
      ['long', Float32Array.of(1, 2, 3)],
      ['odd', new Float32Array()],
      ['text', new Float32Array()],
    ]);
  });

  it('reads keys of several columns, and rows without a key by their number', async () => {
    sql(
      'CREATE TABLE pairs (doc INTEGER NOT NULL, part TEXT NOT NULL, v F32_BLOB(1), PRIMARY KEY (doc, part))',
      `INSERT INTO pairs VALUES (10, 'b', ${blob(1)}), (9, 'a', ${blob(2)}), (9, 'b', ${blob(3)})`,
      'CREATE TABLE bare (name TEXT, v F32_BLOB(1))',
      `INSERT INTO bare VALUES ('x', ${blob(1)}), ('x', ${blob(2)})`,
    );
    const store = open({ engine });
    const pairs = await store.openCollection('pairs');
    expect((await readAll(pairs, 1)).map(({ id }) => id)).toEqual(['["9","a"]', '["9","b"]', '["10","b"]']);
    expect(await pairs.fetch(['["9","b"]', 'nonsense'])).toMatchObject([{ vectors: { '': Float32Array.of(3) } }]);
    await pairs.upsert([{ id: '["9","b"]', vectors: { '': [4] }, metadata: {} }]);
    expect((await pairs.count()).value).toBe(3);
    const bare = await store.openCollection('bare');
    expect((await readAll(bare, 1)).map(({ id, metadata }) => [id, metadata])).toEqual([
      ['1', { name: 'x' }],
      ['2', { name: 'x' }],
    ]);
    await expect(bare.upsert([{ id: '1', vectors: {}, metadata: {} }])).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    expect((await bare.describe()).restrictions).toHaveProperty('access');
    expect((await bare.describe()).undecided?.[0]).toContain('no field is called id: say id=<field>');
    const numbered = await open({ engine, id: '#row' }).openCollection('bare');
    expect((await numbered.describe()).undecided).toBeUndefined();
    const chosen = await open({ engine, id: 'name' }).openCollection('bare');
    expect((await readAll(chosen, 1)).map(({ id }) => id)).toEqual(['x', 'x']);
  });

  it('refuses by name what it cannot read', async () => {
    sql(
      'CREATE TABLE plain (id TEXT PRIMARY KEY, a TEXT)',
      'CREATE TABLE mixed (id ANY PRIMARY KEY, v F32_BLOB(1))',
      `INSERT INTO mixed VALUES (1, NULL), ('one', NULL)`,
      'CREATE VIEW seen AS SELECT * FROM mixed',
      'CREATE TABLE packed (id TEXT PRIMARY KEY, metadata BLOB, v F32_BLOB(1))',
      `INSERT INTO packed VALUES ('a', jsonb('{"a":[1,2]}'), NULL)`,
    );
    const store = open({ engine });
    expect(await store.listCollections()).toEqual(['mixed', 'packed']);
    for (const [name, why] of Object.entries({
      plain: 'no vector column. It has: id, a',
      mixed: 'several types',
      seen: 'a view',
    })) {
      await expect(store.openCollection(name)).rejects.toThrow(why);
    }
    await expect(readAll(await store.openCollection('packed'))).rejects.toThrow('JSONB');
    await expect(open({ engine, id: 'nix' }).openCollection('mixed')).rejects.toThrow('no field "nix"');
  });

  it('says that bytes of no declared type are vectors by a guess', async () => {
    sql(
      'CREATE TABLE langchain (rowid INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT, metadata BLOB, text_embedding BLOB)',
      `INSERT INTO langchain (text, metadata, text_embedding) VALUES ('one', '{"a":1}', ${blob(1, 2)})`,
    );
    const collection = await open({ engine }).openCollection('langchain');
    expect(await readAll(collection)).toEqual([
      { id: '1', vectors: { '': Float32Array.of(1, 2) }, metadata: { a: 1 }, document: 'one' },
    ]);
    expect(await collection.describe()).toMatchObject({
      vectors: { '': { dimension: 2, metric: undefined } },
      reading: expect.arrayContaining([
        {
          field: 'text_embedding',
          role: 'vector',
          name: '',
          basis: 'guessed',
          evidence: 'bytes as of float32 vectors of 2 in 1 of 1 sampled rows',
        },
      ]),
    });
  });
});

describe('tables of sqlite-vec that others made', () => {
  it('reads the vectors of its demo by row number', async () => {
    sql(
      'CREATE VIRTUAL TABLE vec_items USING vec0(embedding float[2])',
      `INSERT INTO vec_items(rowid, embedding) VALUES (3, ${blob(1, 2)}), (9007199254740993, ${blob(3, 4)})`,
    );
    const store = open();
    expect(await store.listCollections()).toEqual(['vec_items']);
    const collection = await store.openCollection('vec_items');
    expect(await collection.describe()).toMatchObject({
      vectors: { '': { kind: 'dense', dimension: 2, metric: 'euclidean' } },
      ids: 'int64',
    });
    expect(await readAll(collection, 1)).toEqual([
      { id: '3', vectors: { '': Float32Array.of(1, 2) }, metadata: {} },
      { id: '9007199254740993', vectors: { '': Float32Array.of(3, 4) }, metadata: {} },
    ]);
    await collection.upsert([{ id: '3', vectors: { '': [5, 6] }, metadata: {} }]);
    expect(await collection.query({ vector: [5, 6], topK: 1 })).toMatchObject([{ id: '3', score: 0 }]);
    expect(await collection.upsert([{ id: 'x', vectors: { '': [5, 6] }, metadata: {} }])).toMatchObject({
      rejected: [{ reason: 'invalid-id' }],
    });
  });

  it('keeps every kind of column in both directions', async () => {
    sql(
      `CREATE VIRTUAL TABLE chunks USING vec0(
        id text primary key, user_id integer partition key,
        contents_embedding float[2] distance_metric=cosine, small int8[2], bits bit[8], -- three of them
        genre text, rating float, year integer, seen boolean, +contents text, +extra text)`,
      `INSERT INTO chunks VALUES ('a', 7, ${blob(1, -0)}, vec_int8(x'01ff'), vec_bit(x'05'), 'scifi', 4.0, 9007199254740993, 1, 'text', NULL)`,
    );
    const collection = await open({ document: 'contents' }).openCollection('chunks');
    const record = {
      id: 'a',
      vectors: {
        contents_embedding: Float32Array.of(1, -0),
        small: Float32Array.of(1, -1),
        bits: Float32Array.of(1, 0, 1, 0, 0, 0, 0, 0),
      },
      metadata: { user_id: 7, genre: 'scifi', rating: new Float(4), year: 9007199254740993n, seen: true },
      document: 'text',
    };
    expect(await readAll(collection)).toEqual([record]);
    const result = await collection.upsert([
      { ...record, id: 'b' },
      { ...record, id: 'c', metadata: { ...record.metadata, genre: 'x'.repeat(100) } },
      { ...record, id: 'd', metadata: { user_id: 7, genre: 'scifi' } },
      { ...record, id: 'e', vectors: { ...record.vectors, small: [1.5, 0] } },
      { ...record, id: 'f', vectors: { contents_embedding: [1, 2] } },
    ]);
    expect(result.rejected.map(({ id, reason }) => [id, reason])).toEqual([
      ['d', 'refused'],
      ['e', 'invalid-vector'],
      ['f', 'invalid-vector'],
    ]);
    expect(await collection.fetch(['b'])).toEqual([{ ...record, id: 'b' }]);
  });

  it('leaves out no vector that nobody named, and takes no other id than its key', async () => {
    sql('CREATE VIRTUAL TABLE two USING vec0(id text primary key, a float[1], b float[1], namespace text)');
    await expect(open({ vector: 'a' }).openCollection('two')).rejects.toThrow('say ignore=b to leave out the vectors');
    await expect(open({ id: 'namespace' }).openCollection('two')).rejects.toThrow('are in its key, "id"');
    const described = await (await open({ vector: 'a', ignore: ['b'] }).openCollection('two')).describe();
    expect(described.vectors).toMatchObject({ '': { dimension: 1 } });
    expect(described.reading?.map(({ field, role }) => `${field} ${role}`)).toEqual([
      'id id',
      'a vector',
      'b ignored',
      'namespace metadata',
    ]);
  });

  it('does not take for a key what was none: ids that repeat', async () => {
    sql('CREATE VIRTUAL TABLE docs USING vec0(id text primary key, embedding float[1])');
    const writer = database();
    // As sqlite-vec 0.1.6 left it where a key was declared NOT NULL.
    writer.enableDefensive(false);
    writer.exec(
      `PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'id TEXT UNIQUE NOT NULL', 'id') WHERE name = 'docs_rowids'; DELETE FROM sqlite_schema WHERE name = 'sqlite_autoindex_docs_rowids_1'`,
    );
    writer.close();
    expect((await (await open().openCollection('docs')).describe()).reading?.[0]).toMatchObject({
      field: 'rowid',
      role: 'id',
    });
  });

  it('reads a plain table beside it by row number, where it is told which', async () => {
    sql(
      'CREATE TABLE articles (id INTEGER PRIMARY KEY, headline TEXT, body TEXT, year INTEGER)',
      `INSERT INTO articles VALUES (1, 'one', 'first', 2020), (2, 'two', NULL, NULL)`,
      'CREATE VIRTUAL TABLE vec_articles USING vec0(article_id integer primary key, headline_embedding float[2])',
      `INSERT INTO vec_articles VALUES (1, ${blob(1, 2)}), (2, ${blob(3, 4)}), (3, ${blob(5, 6)})`,
    );
    const collection = await open({ contents: 'articles', document: 'body' }).openCollection('vec_articles');
    expect(await readAll(collection)).toEqual([
      { id: '1', vectors: { '': Float32Array.of(1, 2) }, metadata: { headline: 'one', year: 2020 }, document: 'first' },
      { id: '2', vectors: { '': Float32Array.of(3, 4) }, metadata: { headline: 'two' } },
      { id: '3', vectors: { '': Float32Array.of(5, 6) }, metadata: {} },
    ]);
    expect(await collection.fetch(['2'])).toHaveLength(1);
    expect((await collection.describe()).restrictions).toHaveProperty('access');
    await expect(collection.upsert([{ id: '1', vectors: { '': [1, 2] }, metadata: {} }])).rejects.toMatchObject({
      code: 'UNSUPPORTED',
    });
    const wrong = open({ contents: 'nix' });
    await expect(wrong.openCollection('vec_articles')).rejects.toThrow('no table "nix"');
    const unknown = open({ document: 'nix' });
    await expect(unknown.openCollection('vec_articles')).rejects.toThrow('no field "nix"');
  });

  it('says what is missing where libSQL meets a vec0 table', async () => {
    sql('CREATE VIRTUAL TABLE docs USING vec0(embedding float[1])');
    await expect(open({ engine: 'libsql' }).openCollection('docs')).rejects.toThrow('Open it as sqlite:');
  });
});
