import { randomUUID } from 'node:crypto';
import { serialize, type Document, type Long } from 'bson';
import { aggregate } from './aggregate.ts';
import { Collection } from './collection.ts';
import { Refusal } from './refusal.ts';
import { createSearchIndex } from './vector-search.ts';
import { cursorReply, documentOf, fieldOf, fieldsOf, readDocument, type Command } from './wire.ts';

/** Everything that a server has. */
export interface State {
  /** By database and name. */
  readonly collections: Map<string, Collection>;
  /** What is left of each cursor. */
  readonly cursors: Map<bigint, { readonly namespace: string; readonly documents: readonly Uint8Array[] }>;
  /** Whether it has the search of Atlas. */
  readonly search: boolean;
}

type Handler = (command: Command, state: State) => Document | Buffer;

/** Bytes of one batch: https://www.mongodb.com/docs/manual/tutorial/iterate-a-cursor/ */
const BATCH_BYTES = 16 * 1024 * 1024;
const FIRST_BATCH = 101;

const HELLO = {
  isWritablePrimary: true,
  ismaster: true,
  helloOk: true,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  logicalSessionTimeoutMinutes: 30,
  minWireVersion: 0,
  maxWireVersion: 25,
  readOnly: false,
};

const hello: Handler = () => ({ ...HELLO, localTime: new Date() });
const nothing: Handler = () => ({});

export const HANDLERS: Readonly<Record<string, Handler>> = {
  hello,
  ismaster: hello,
  isMaster: hello,
  ping: nothing,
  endSessions: nothing,
  buildInfo: () => ({ version: '8.0.0', gitVersion: 'emulator', modules: [], bits: 64, versionArray: [8, 0, 0, 0] }),
  dbStats: () => ({ fsTotalSize: 100_000_000_000, fsUsedSize: 60_000_000_000 }),
  create({ body }, { collections }) {
    const namespace = namespaceOf(body, 'create');
    if (collections.has(namespace)) throw new Refusal(48, 'NamespaceExists', `Collection ${namespace} already exists.`);
    const { validator, validationAction } = body;
    collections.set(namespace, new Collection({ ...(validator !== undefined && { validator, validationAction }) }));
    return {};
  },
  drop({ body }, { collections }) {
    const namespace = namespaceOf(body, 'drop');
    collections.delete(namespace);
    return { ns: namespace, nIndexesWas: 1 };
  },
  dropDatabase({ body }, { collections }) {
    for (const namespace of collections.keys())
      if (namespace.startsWith(`${String(body['$db'])}.`)) collections.delete(namespace);
    return {};
  },
  listCollections({ body }, { collections }) {
    const database = `${String(body['$db'])}.`;
    const { name: only } = (body['filter'] ?? {}) as Document;
    const found = [...collections].flatMap(([namespace, { uuid, options }]) => {
      const name = namespace.slice(database.length);
      if (!namespace.startsWith(database) || (only !== undefined && name !== only)) return [];
      return [serialize({ name, type: 'collection', options, info: { readOnly: false, uuid } })];
    });
    return cursorReply(found, `${database}$cmd.listCollections`, 'firstBatch');
  },
  insert({ body, lists }, state) {
    const collection = collectionOf(state, body, 'insert');
    return written(lists.get('documents') ?? [], body, (bytes) => collection.insert(bytes));
  },
  update({ body, lists }, state) {
    const collection = collectionOf(state, body, 'update');
    const { upserted = [], ...answer } = written(lists.get('updates') ?? [], body, (bytes) =>
      replaceOne(collection, bytes),
    );
    const made = upserted as readonly Document[];
    return { ...answer, nModified: Number(answer['n']) - made.length, ...(made.length > 0 && { upserted }) };
  },
  delete({ body, lists }, state) {
    const collection = collectionOf(state, body, 'delete');
    const removed = (lists.get('deletes') ?? []).map((bytes) =>
      collection.remove(readDocument(bytes)['q'] as Document),
    );
    return { n: removed.reduce((total, one) => total + one, 0) };
  },
  find({ body }, state) {
    const { filter = {}, sort, limit, projection } = body as Record<string, Document | undefined>;
    const found = state.collections.get(namespaceOf(body, 'find'))?.find(filter) ?? [];
    const ordered = Number(sort?.['_id'] ?? 1) < 0 ? found.toReversed() : found;
    const wanted = limit === undefined ? ordered : ordered.slice(0, Number(limit));
    const documents = wanted.map(({ bytes }) => projected(bytes, projection));
    return firstBatch(documents, namespaceOf(body, 'find'), Number(body['batchSize'] ?? FIRST_BATCH), state);
  },
  aggregate({ body }, state) {
    const pipeline = body['pipeline'] as Document[];
    const [first] = Object.keys(pipeline[0] ?? {});
    if (!state.search && (first === '$listSearchIndexes' || first === '$vectorSearch'))
      throw new Refusal(
        31_082,
        'SearchNotEnabled',
        `Using Atlas Search Database Commands and the ${first} aggregation stage requires additional configuration.`,
      );
    const namespace = namespaceOf(body, 'aggregate');
    const documents = aggregate(state.collections.get(namespace) ?? new Collection(), pipeline);
    return firstBatch(documents, namespace, Number((body['cursor'] as Document)['batchSize'] ?? FIRST_BATCH), state);
  },
  count: ({ body }, { collections }) => ({ n: collections.get(namespaceOf(body, 'count'))?.size ?? 0 }),
  getMore({ body }, state) {
    const id = (body['getMore'] as Long).toBigInt();
    const left = state.cursors.get(id);
    if (left === undefined) throw new Refusal(43, 'CursorNotFound', `cursor id ${id} not found`);
    const [batch, rest] = cut(left.documents, Number(body['batchSize'] ?? Number.POSITIVE_INFINITY));
    if (rest.length === 0) state.cursors.delete(id);
    else state.cursors.set(id, { ...left, documents: rest });
    return cursorReply(batch, left.namespace, 'nextBatch', rest.length === 0 ? 0n : id);
  },
  killCursors({ body }, { cursors }) {
    for (const id of body['cursors'] as Long[]) cursors.delete(id.toBigInt());
    return {};
  },
  listIndexes({ body }, { collections }) {
    const namespace = namespaceOf(body, 'listIndexes');
    const collection = collections.get(namespace);
    if (collection === undefined) throw new Refusal(26, 'NamespaceNotFound', `ns does not exist: ${namespace}`);
    return cursorReply(
      collection.indexes.map((index) => serialize(index)),
      namespace,
      'firstBatch',
    );
  },
  createIndexes({ body }, state) {
    const { indexes } = collectionOf(state, body, 'createIndexes');
    for (const index of body['indexes'] as Document[]) indexes.push({ v: 2, ...index });
    return { numIndexesAfter: indexes.length };
  },
  createSearchIndexes({ body }, state) {
    if (!state.search) throw new Refusal(31_082, 'SearchNotEnabled', 'Search is not enabled on this server.');
    const collection = collectionOf(state, body, 'createSearchIndexes');
    const made = (body['indexes'] as Document[]).map((index) => createSearchIndex(collection, index, randomUUID()));
    return { indexesCreated: made.map(({ id, name }) => ({ id, name })) };
  },
};

function namespaceOf(body: Document, command: string): string {
  return `${String(body['$db'])}.${String(fieldOf(body, command))}`;
}

/** A write makes the collection. */
function collectionOf({ collections }: State, body: Document, command: string): Collection {
  const namespace = namespaceOf(body, command);
  const collection = collections.get(namespace) ?? new Collection();
  collections.set(namespace, collection);
  return collection;
}

/** Each by itself; where the order counts, nothing behind the first that fails. */
function written(items: readonly Buffer[], { ordered = true }: Document, write: (bytes: Buffer) => unknown): Document {
  const [writeErrors, upserted]: [Document[], Document[]] = [[], []];
  let n = 0;
  for (const [index, bytes] of items.entries()) {
    try {
      const id = write(bytes);
      n += 1;
      if (id !== undefined) upserted.push({ index, _id: id });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      writeErrors.push({ index, code: error.code, errmsg: error.message });
      if (ordered === true) break;
    }
  }
  return { n, ...(upserted.length > 0 && { upserted }), ...(writeErrors.length > 0 && { writeErrors }) };
}

/** @returns the `_id` of a document that was not there */
function replaceOne(collection: Collection, update: Buffer): unknown {
  const { q, upsert = false } = readDocument(update);
  const made = fieldsOf(update).find(([name]) => name === 'u')?.[1].bytes as Buffer;
  if (fieldsOf(made).some(([name]) => name.startsWith('$')))
    throw new Refusal(9, 'FailedToParse', 'this stand-in replaces documents, and does not change them');
  const condition = (q as Document)['_id'] as unknown;
  const id = (condition as Document | null)?.['$eq'] ?? condition;
  const [found] = collection.find(q as Document);
  if (found === undefined && upsert !== true) return undefined;
  return collection.replace(found?.id ?? id, made) ? undefined : id;
}

function projected(bytes: Buffer, projection: Document | undefined): Uint8Array {
  const names = Object.entries(projection ?? {}) as [string, unknown][];
  if (names.length === 0) return bytes;
  const isList = names.some(([, value]) => Number(value) === 1);
  const has = (name: string): boolean => names.some(([one]) => one === name);
  const kept = fieldsOf(bytes).filter(([name]) => (isList ? has(name) || name === '_id' : !has(name)));
  return documentOf(kept.map(([name, { type, bytes: value }]) => [name, type, value]));
}

let cursors = 0n;

function firstBatch(documents: readonly Uint8Array[], namespace: string, size: number, state: State): Buffer {
  const [batch, rest] = cut(documents, size);
  if (rest.length === 0) return cursorReply(batch, namespace, 'firstBatch');
  cursors += 1n;
  state.cursors.set(cursors, { namespace, documents: rest });
  return cursorReply(batch, namespace, 'firstBatch', cursors);
}

function cut(
  documents: readonly Uint8Array[],
  size: number,
): [batch: readonly Uint8Array[], rest: readonly Uint8Array[]] {
  let [at, bytes] = [0, 0];
  while (at < Math.min(size, documents.length) && (at === 0 || bytes < BATCH_BYTES)) {
    bytes += documents[at]?.length ?? 0;
    at += 1;
  }
  return [documents.slice(0, at), documents.slice(at)];
}
