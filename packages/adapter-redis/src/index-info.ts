import { own, type ByteDatatype, type Metric } from '@vsm/core/adapter';
import type { Connection, Reply } from './client.ts';
import { redisError } from './errors.ts';
import { entriesOf } from './keys.ts';

/** A search index, by FT.INFO. */
export interface IndexInfo {
  readonly name: string;
  readonly type: 'hash' | 'json';
  readonly prefixes: readonly string[];
  readonly attributes: readonly IndexAttribute[];
  readonly documents: number;
  /** Keys that it could not take, and whether it is still at work: then `documents` is no count of the keys. */
  readonly failures: number;
  readonly busy: boolean;
}

export interface IndexAttribute {
  /** The field of a hash, or of a document. */
  readonly field: string;
  /** What searches call it. */
  readonly alias: string;
  readonly type: string;
  readonly vector: VectorAttribute | undefined;
}

interface VectorAttribute {
  readonly datatype: ByteDatatype;
  readonly dimension: number;
  readonly metric: Metric | undefined;
  readonly algorithm: string;
  readonly m: number | undefined;
  readonly efConstruction: number | undefined;
}

const METRICS: Readonly<Record<string, Metric>> = { COSINE: 'cosine', L2: 'euclidean', IP: 'dot' };
const DATATYPES: Readonly<Record<string, ByteDatatype>> = {
  FLOAT64: 'float64',
  FLOAT32: 'float32',
  FLOAT16: 'float16',
  BFLOAT16: 'bfloat16',
  INT8: 'int8',
  UINT8: 'uint8',
};

/** Names of all indexes; none where the server has no search. */
export async function listIndexes(connection: Connection): Promise<string[]> {
  const [reply = null] = await connection.run('list the search indexes', [['FT._LIST']]);
  if (isUnknownCommand(reply)) return [];
  if (reply instanceof Error) throw connection.failure('list the search indexes', reply);
  return (reply as readonly Reply[]).map(String);
}

/** `undefined` where there is no such index, or no search at all. */
export async function readIndex(connection: Connection, name: string): Promise<IndexInfo | undefined> {
  const action = `describe the index "${name}"`;
  const [reply = null] = await connection.run(action, [['FT.INFO', name]]);
  if (isUnknownCommand(reply) || (reply instanceof Error && /unknown index name|no such index/i.test(reply.message)))
    return undefined;
  if (reply instanceof Error) throw connection.failure(action, reply);
  return parseIndex(name, reply);
}

export function isUnknownCommand(reply: Reply): boolean {
  return reply instanceof Error && /unknown command/i.test(reply.message);
}

/** @throws VsmError with code `UNSUPPORTED` for an index that covers only some of the keys under its prefixes */
function parseIndex(name: string, reply: Reply): IndexInfo {
  const info = new Map(entriesOf(reply));
  const definition = new Map(entriesOf(info.get('index_definition')));
  const number = (key: string): number => Number(String(info.get(key) ?? 0));
  const filter = definition.get('filter');
  if (filter !== undefined && filter !== null && String(filter) !== '') {
    throw redisError(
      'UNSUPPORTED',
      `the index "${name}" has a FILTER (${String(filter)}), and which keys it covers only the server can tell. Read all keys under the prefix instead: ?prefix=${list(definition.get('prefixes')).join(' or ?prefix=')}`,
    );
  }
  const type = String(definition.get('key_type')) === 'JSON' ? 'json' : 'hash';
  const prefixes = list(definition.get('prefixes')).map((prefix) => (prefix === '*' ? '' : prefix));
  return {
    name,
    type,
    prefixes: prefixes.length === 0 || prefixes.includes('') ? [''] : prefixes,
    attributes: ((info.get('attributes') ?? []) as readonly Reply[]).map((attribute) =>
      parseAttribute(attribute, type),
    ),
    documents: number('num_docs'),
    failures: number('hash_indexing_failures'),
    busy: number('indexing') !== 0 || number('percent_indexed') < 1,
  };
}

function parseAttribute(reply: Reply, type: 'hash' | 'json'): IndexAttribute {
  const facts = new Map(entriesOf(reply));
  const text = (key: string): string => String(facts.get(key) ?? '');
  const identifier = text('identifier');
  const field =
    type === 'json'
      ? (/^\$\.([\w-]+)$/.exec(identifier)?.[1] ?? /^\$\["([^"\\]+)"\]$/.exec(identifier)?.[1] ?? identifier)
      : identifier;
  const kind = text('type');
  const datatype = own(DATATYPES, text('data_type'));
  const whole = (key: string): number | undefined => (facts.has(key) ? Number(text(key)) : undefined);
  if (kind !== 'VECTOR' || datatype === undefined)
    return { field, alias: text('attribute'), type: kind, vector: undefined };
  const vector = {
    datatype,
    dimension: Number(text('dim')),
    metric: own(METRICS, text('distance_metric')),
    algorithm: text('algorithm'),
    m: whole('M'),
    efConstruction: whole('ef_construction'),
  };
  return { field, alias: text('attribute'), type: kind, vector };
}

function list(reply: Reply | undefined): string[] {
  return Array.isArray(reply) ? (reply as readonly Reply[]).map(String) : [];
}
