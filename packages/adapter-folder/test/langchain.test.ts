import { copyFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { own, parseJson, type CollectionV1, type Metadata } from '@vsm/core/adapter';
import { describe, expect, it } from 'vitest';
import { createFolder } from '../src/index.ts';
import { readAll, vectorOf } from './read-all.ts';
import { FIXTURES, unpack } from './unpack.ts';

interface Expected {
  readonly id: string;
  readonly vector: readonly number[];
  readonly text?: string;
  readonly metadata: Metadata;
}

function expectedOf(archive: string, name: string): readonly Expected[] {
  const text = readFileSync(join(FIXTURES, `langchain/${archive}.expected.json`), 'utf8');
  return own(parseJson(text) as unknown as Record<string, readonly Expected[]>, name) ?? [];
}

const FOLDERS = [
  ['python', 'flat-l2', '', 'index', 'euclidean'],
  ['python', 'flat-ip', '', 'index', 'dot'],
  ['python', 'cosine', '', 'index', 'euclidean'],
  ['python', 'hnsw', '', 'mine', 'euclidean'],
  ['python', 'memory', '/store.json', 'store', 'cosine'],
  ['javascript', 'faiss', '', 'faiss', 'euclidean'],
  ['javascript', 'hnswlib-l2', '', 'hnswlib', 'euclidean'],
  ['javascript', 'hnswlib-cosine', '', 'hnswlib', 'cosine'],
  ['javascript', 'memory', '/vectors.json', 'vectors', 'cosine'],
  ['javascript', 'vectra', '', 'vectra', 'cosine'],
  ['javascript', 'vectra-plain', '', 'vectra', 'cosine'],
] as const;

async function open(path: string, name: string, use: (collection: CollectionV1) => Promise<void>): Promise<void> {
  await using store = createFolder({ path });
  await use(await store.openCollection(name));
}

describe.each(FOLDERS)('%s, %s%s', (archive, folder, file, name, metric) => {
  it('has what the library has, and is named as it is', async () => {
    const path = join(unpack(`langchain/${archive}`), folder + file);
    await using store = createFolder({ path });
    expect(await store.listCollections()).toEqual([name]);
    const collection = await store.openCollection(name);
    const expected = expectedOf(archive, folder);
    expect((await collection.describe()).vectors).toMatchObject({
      '': { metric, dimension: expected[0]?.vector.length },
    });
    const records = await readAll(collection);
    expect(records.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    const scale = folder === 'hnswlib-cosine' ? (vector: readonly number[]) => Math.hypot(...vector) : () => 1;
    for (const [at, { id, vector, text, metadata }] of expected.entries()) {
      const record = records[at];
      expect(record).toMatchObject({ id, metadata });
      expect(record?.document).toBe(text);
      const wanted = vector.map((component) => component / scale(vector));
      for (const [place, component] of (vectorOf(record) ?? []).entries())
        expect(component).toBeCloseTo(wanted[place] ?? 0, 6);
      expect(vectorOf(record)).toHaveLength(wanted.length);
    }
    expect(await collection.fetch(['nowhere', ...records.map(({ id }) => id)])).toEqual(records);
  });
});

describe('what keeps no vector as it was added', () => {
  it.each([
    ['pq', 'IndexPQ'],
    ['ivf', 'IndexIVFFlat'],
  ])('such as %s is refused by the name of its index', async (folder, name) => {
    const path = join(unpack('langchain/python'), folder);
    await expect(open(path, 'index', async () => undefined)).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringContaining(name),
    });
  });

  it('and what was scaled to length 1 is said to be', async () => {
    await open(join(unpack('langchain/javascript'), 'hnswlib-cosine'), 'hnswlib', async (collection) => {
      expect((await collection.describe()).notes?.join()).toContain('their lengths are gone');
    });
  });
});

describe('an index of FAISS with values of classes of Python', () => {
  const path = (): string => unpack('langchain/odd');

  it('has the records with such metadata refused by their ids, and the others as they are', async () => {
    await open(path(), 'odd', async (collection) => {
      const records = await readAll(collection);
      expect(records.map(({ id, metadata }) => [id, metadata])).toEqual([
        ['plain', { value: 1 }],
        ['date', { value: { reason: 'it is an object of datetime.datetime' } }],
        ['numpy', { value: { reason: expect.stringMatching(/^it is an object of numpy\..*scalar$/) } }],
        ['array', { value: { reason: expect.stringMatching(/^it is an object of numpy\..*_reconstruct$/) } }],
        ['frozen', { value: { reason: 'it is a set, which has no order' } }],
        ['ordered', { value: { reason: 'it is an object of collections.OrderedDict' } }],
        ['counted', { value: { reason: 'it is an object of collections.Counter' } }],
        ['queue', { value: { reason: 'it is an object of collections.deque' } }],
        ['half', {}],
      ]);
    });
  });

  it('has each text as it was, with its byte order marks and half of a surrogate pair', async () => {
    await open(path(), 'odd', async (collection) => {
      const [plain, half] = await collection.fetch(['plain', 'half']);
      expect(plain?.document).toBe('\u{FEFF}with a mark \u{FEFF}');
      expect(half?.document).toBe('half \u{D83D} of a pair');
    });
  });

  it('takes numbers for ids', async () => {
    await open(path(), 'numbered', async (collection) => {
      expect(await collection.fetch(['7', String(2 ** 40)])).toMatchObject([
        { id: '7', document: 'eins' },
        { id: '1099511627776', document: 'zwei' },
      ]);
    });
  });
});

it('a dump of the in-memory store of Python gives what was put in, and refuses by its id what the dump does not hold', async () => {
  await open(join(unpack('langchain/odd'), 'dump.json'), 'dump', async (collection) => {
    const records = await readAll(collection);
    expect(records.map(({ id, metadata }) => [id, metadata])).toEqual([
      ['nan', { value: { reason: 'it is NaN' } }],
      ['date', { value: { reason: 'it is an object of datetime.datetime' } }],
      ['document', { value: { reason: 'it is an object of langchain.schema.document.Document' } }],
      ['escaped', { value: { lc: 5, a: [1] } }],
      ['looks', { value: [{ lc: 1, type: 'secret', id: ['A'] }] }],
      ['quoted', { value: 'NaN, "-Infinity\\' }],
      ['infinite', { value: [{ reason: 'it is -Infinity' }] }],
      ['whole', { lc: 5 }],
    ]);
    expect(records.map(({ document }) => document).at(-1)).toBe('NaN');
  });
});

describe('a damaged folder', () => {
  const CUTS = [
    ['python/flat-l2/index.faiss', 'index', 60, 'it ends at 60 bytes'],
    ['python/hnsw/mine.faiss', 'mine', 700, 'it ends at 700 bytes'],
    ['python/flat-l2/index.pkl', 'index', 300, 'it is cut'],
    ['javascript/faiss/docstore.json', 'faiss', 300, 'it is cut'],
    ['javascript/hnswlib-l2/hnswlib.index', 'hnswlib', 300, 'it ends at 300 bytes'],
    ['javascript/hnswlib-l2/docstore.json', 'hnswlib', 300, 'it is cut'],
    ['javascript/vectra/index.json', 'vectra', 300, 'it is cut'],
  ] as const;

  it.each(CUTS)('with a cut %s is refused by the name of the file', async (place, name, length, message) => {
    const [archive = '', folder = '', file = ''] = place.split('/');
    const path = join(unpack(`langchain/${archive}`), folder);
    truncateSync(join(path, file), length);
    await expect(open(path, name, async () => undefined)).rejects.toMatchObject({
      code: 'INVALID_DATA',
      message: expect.stringMatching(new RegExp(`${file.replaceAll('.', String.raw`\.`)}: .*${message}`)),
    });
  });

  it.each([
    ['python/flat-l2/index.pkl', 'index'],
    ['javascript/hnswlib-l2/docstore.json', 'hnswlib'],
    ['javascript/hnswlib-l2/args.json', 'hnswlib'],
  ])('without %s is refused by the name of the file', async (place, name) => {
    const [archive = '', folder = '', file = ''] = place.split('/');
    const path = join(unpack(`langchain/${archive}`), folder);
    rmSync(join(path, file));
    await expect(open(path, name, async () => undefined)).rejects.toMatchObject({
      code: 'INVALID_DATA',
      message: expect.stringContaining(`${file}: the file is missing`),
    });
  });

  it.each([
    [
      'a call of os.system',
      'cos\nsystem\n(X\x04\0\0\0truetR.',
      'it names os.system, which is none of the classes that are read',
    ],
    ['a call by reduce', '\x80\x04\x8c\x08builtins\x8c\x04eval\x93\x8c\x011\x85R.', 'it names builtins.eval'],
    ['an opcode of extensions', '\x80\x02\x82\x01.', 'the opcode EXT1'],
    ['a jump out of its memo', '\x80\x02h\x07.', 'does not fit'],
    ['a far place in its memo', '\x80\x02Nr\xff\xff\xff\xff.', 'does not fit'],
    ['another value', '\x80\x02K\x01.', 'it is no pair'],
  ])('with %s in its pickle is refused, and nothing is run', async (_what, bytes, message) => {
    const path = join(unpack('langchain/python'), 'flat-l2');
    writeFileSync(join(path, 'index.pkl'), Buffer.from(bytes, 'latin1'));
    await expect(open(path, 'index', async () => undefined)).rejects.toMatchObject({
      code: 'INVALID_DATA',
      message: expect.stringContaining(message),
    });
  });

  it('whose index has more vectors than ids is refused', async () => {
    const root = unpack('langchain/python');
    // Seven of eight documents are in the other one, where one was deleted.
    copyFileSync(join(root, 'flat-l2/index.pkl'), join(root, 'hnsw/mine.pkl'));
    await expect(open(join(root, 'hnsw'), 'mine', async () => undefined)).rejects.toMatchObject({
      message: expect.stringContaining('it has 8 vectors, and the document store names 7 of them'),
    });
  });

  it('of HNSWLib whose index has more vectors than documents is refused', async () => {
    const path = join(unpack('langchain/javascript'), 'hnswlib-l2');
    const file = join(path, 'docstore.json');
    const documents = JSON.parse(readFileSync(file, 'utf8')) as readonly unknown[];
    writeFileSync(file, JSON.stringify(documents.slice(1)));
    await expect(open(path, 'hnswlib', async () => undefined)).rejects.toMatchObject({
      code: 'INVALID_DATA',
      message: expect.stringContaining('it has 8 vectors, and the document store names 7 of them'),
    });
  });

  it('of JavaScript of which the documents change after they were opened is not read on', async () => {
    const path = join(unpack('langchain/javascript'), 'faiss');
    await open(path, 'faiss', async (collection) => {
      writeFileSync(join(path, 'docstore.json'), `${readFileSync(join(path, 'docstore.json'), 'utf8')} `);
      await expect(readAll(collection)).rejects.toMatchObject({
        code: 'CONFLICT',
        message: expect.stringContaining('docstore.json has changed'),
      });
    });
  });

  it.each([
    ['{"id":"a","vector":[1,2],"text":"x","metadata":"loose"}', 'what stands for its metadata is no object'],
    ['{"id":"a","vector":[1,2],"text":{"a":1},"metadata":{}}', 'what stands for its text is none'],
  ])('with the entry %s has its record refused', async (entry, reason) => {
    const path = join(unpack('langchain/python'), 'memory', 'odd.json');
    writeFileSync(path, `{"a":${entry}}`);
    await open(path, 'odd', async (collection) => {
      expect(await readAll(collection)).toMatchObject([{ id: 'a', metadata: { '(document)': { reason } } }]);
    });
  });

  it('of Vectra with metadata that is no object has its record refused', async () => {
    const path = join(unpack('langchain/javascript'), 'vectra');
    writeFileSync(join(path, 'index.json'), '{"items":[{"id":"a","vector":[1,2],"metadata":"loose"}]}');
    await open(path, 'vectra', async (collection) => {
      const record = { id: 'a', metadata: { '(metadata)': { reason: 'it is no object' } } };
      expect(await readAll(collection)).toMatchObject([record]);
    });
  });

  it('whose index lacks the vector of a record refuses that one by its id', async () => {
    const root = unpack('langchain/python');
    copyFileSync(join(root, 'hnsw/mine.pkl'), join(root, 'flat-l2/index.pkl'));
    await open(join(root, 'flat-l2'), 'index', async (collection) => {
      const last = (await readAll(collection)).at(-1);
      expect(last).toMatchObject({
        id: 'doc-7',
        metadata: { '(vector)': { reason: 'the index has no vector of it' } },
      });
    });
  });

  it('of Vectra without the metadata of an item refuses that item by its id', async () => {
    const path = join(unpack('langchain/javascript'), 'vectra');
    const { items } = JSON.parse(readFileSync(join(path, 'index.json'), 'utf8')) as {
      items: readonly { id: string; metadataFile: string }[];
    };
    rmSync(join(path, items[1]?.metadataFile ?? ''));
    await open(path, 'vectra', async (collection) => {
      const [, second] = await readAll(collection);
      expect(second).toMatchObject({
        id: 'item-1',
        metadata: { '(metadata)': { reason: expect.stringContaining('is missing') } },
      });
    });
  });
});

describe('a folder of something else', () => {
  it('is refused with what is known', async () => {
    await using store = createFolder({ path: FIXTURES });
    await expect(store.listCollections()).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('is not recognised. Known are Chroma, LlamaIndex, LangChain FAISS'),
    });
  });

  it('that is not there is said not to be', async () => {
    await using store = createFolder({ path: join(FIXTURES, 'nowhere') });
    await expect(store.listCollections()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
