import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Entry } from './documents.ts';
import type { Frameworks, Request } from './frameworks.ts';

// Applications of Mastra, as applications.py has them of the frameworks in Python. VSM is not known here.

const DIMENSION = 16;

/** As applications.py makes it of the same text. */
function vectorOf(text: string): number[] {
  const values = Array.from({ length: DIMENSION }, () => 0);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? ['']) {
    const digest = createHash('sha256').update(word).digest();
    for (let at = 0; at < DIMENSION; at += 1) values[at] = (values[at] ?? 0) + (digest[at] ?? 0) / 255 - 0.5;
  }
  const length = Math.sqrt(values.reduce((total, value) => total + value * value, 0)) || 1;
  return values.map((value) => value / length);
}

type Fields = Readonly<Record<string, unknown>>;

/** What its classes for vector stores have in common. */
interface MastraVector {
  createIndex(request: { indexName: string; dimension: number; metric: 'cosine' }): Promise<void>;
  upsert(request: {
    indexName: string;
    vectors: number[][];
    metadata: Fields[];
    ids: string[];
    documents?: string[];
  }): Promise<string[]>;
  query(request: {
    indexName: string;
    queryVector: number[];
    topK: number;
    filter?: Fields;
  }): Promise<{ id: string; metadata?: Fields }[]>;
  deleteVector(request: { indexName: string; id: string }): Promise<void>;
  disconnect?(): Promise<void>;
}

type Make = new (options: Fields) => MastraVector;

/** The three stores, each opened once. */
export async function startMastra(installed: string, urls: Readonly<Record<string, string>>): Promise<Frameworks> {
  const require = createRequire(join(installed, 'package.json'));
  const load = async (name: string): Promise<Fields> =>
    (await import(pathToFileURL(require.resolve(name)).href)) as Fields;
  const [pg, chroma, qdrant] = await Promise.all(['pg', 'chroma', 'qdrant'].map((name) => load(`@mastra/${name}`)));
  const make = (kind: unknown, options: Fields): MastraVector => new (kind as Make)({ id: 'vsm', ...options });
  const address = new URL(urls['chroma'] ?? '');
  const stores: Readonly<Record<string, MastraVector>> = {
    'mastra-pg': make(pg?.['PgVector'], { connectionString: urls['postgres'] }),
    'mastra-chroma': make(chroma?.['ChromaVector'], { host: address.hostname, port: Number(address.port) }),
    'mastra-qdrant': make(qdrant?.['QdrantVector'], { url: urls['qdrant'] }),
  };
  const version = (name: string): string =>
    `${name} ${String((require(join(installed, 'node_modules', name, 'package.json')) as Fields)['version'])}`;
  return {
    async ask<Result>({ application, verb, name = '', make: makes = false, arguments: words = [] }: Request) {
      const store = stores[application];
      if (store === undefined) throw new Error(`there is no application ${application}`);
      const kind = application.replace('mastra-', '');
      if (verb === 'versions') return [version('@mastra/core'), version(`@mastra/${kind}`)] as Result;
      if (makes) await store.createIndex({ indexName: name, dimension: DIMENSION, metric: 'cosine' });
      return (await applicationOf(store, name, kind === 'chroma')[verb]?.(...(words as never[]))) as Result;
    },
    stop() {
      for (const store of Object.values(stores)) void store.disconnect?.();
    },
  };
}

function applicationOf(
  store: MastraVector,
  indexName: string,
  withDocuments: boolean,
): Readonly<Record<string, (...words: never[]) => Promise<unknown>>> {
  const find = (text: string, topK: number, filter?: Fields): ReturnType<MastraVector['query']> =>
    store.query({ indexName, queryVector: vectorOf(text), topK, ...(filter !== undefined && { filter }) });
  return {
    // Its documents are metadata, the text among them, as in all of its examples.
    add: (documents: readonly Entry[]) =>
      store.upsert({
        indexName,
        ids: documents.map(({ id }) => id),
        vectors: documents.map(({ text }) => vectorOf(text)),
        metadata: documents.map(({ text, metadata }) => ({ ...metadata, text })),
        ...(withDocuments && { documents: documents.map(({ text }) => text) }),
      }),
    read: async (count: number) =>
      (await find('x', count)).map(({ id, metadata: { text, ...metadata } = {} }) => plain(id, text, metadata)),
    search: async (text: string, count: number) => (await find(text, count)).map(({ id }) => id),
    filter: async (field: string, value: unknown, count: number) =>
      (await find('x', count, { [field]: value })).map(({ id }) => id),
    async delete(ids: readonly string[]) {
      for (const id of ids) await store.deleteVector({ indexName, id });
    },
  };
}

/** As Python prints it: keys in order, numbers as they are. */
function plain(id: string, text: unknown, metadata: Fields): Fields {
  const aside = Object.keys(metadata)
    .filter((key) => key.startsWith('__vsm'))
    .toSorted();
  const shown = Object.fromEntries(Object.entries(metadata).filter(([key]) => !aside.includes(key)));
  return { id, text, metadata: printed(shown), aside };
}

function printed(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printed).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}: ${printed(item)}`).join(', ')}}`;
}
