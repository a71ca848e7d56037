import {
  distance,
  parseJson,
  vectorFromBytes,
  type ByteDatatype,
  type MetadataValue,
  type Metric,
} from '@vsm/core/adapter';
import type { Database } from './database.ts';
import { OK, Refusal, type Reply } from './resp.ts';

interface Attribute {
  readonly identifier: string;
  readonly name: string;
  readonly type: string;
  /** Of vectors: TYPE, DIM and so on. */
  readonly settings: ReadonlyMap<string, string>;
}

interface Index {
  readonly json: boolean;
  readonly prefixes: readonly string[];
  readonly filter: string | undefined;
  readonly attributes: readonly Attribute[];
}

const METRICS: Readonly<Record<string, Metric>> = { COSINE: 'cosine', L2: 'euclidean', IP: 'dot' };
const DATATYPES: readonly string[] = ['FLOAT32', 'FLOAT64', 'FLOAT16', 'BFLOAT16'];

/** The search indexes of a server, which count what fits them when they are asked. */
export class Indexes {
  readonly #indexes = new Map<string, Index>();

  list(): string[] {
    return [...this.#indexes.keys()];
  }

  create(words: readonly string[]): Reply {
    const [name = '', ...rest] = words;
    if (this.#indexes.has(name)) return new Refusal('Index already exists');
    this.#indexes.set(name, parseIndex(rest));
    return OK;
  }

  drop(name: string, withKeys: boolean, database: Database): Reply {
    const index = this.#get(name);
    if (withKeys) for (const key of taken(index, database).keys) database.delete(key);
    this.#indexes.delete(name);
    return OK;
  }

  info(name: string, database: Database): Reply {
    const index = this.#get(name);
    const { keys, failures } = taken(index, database);
    const filter = index.filter === undefined ? [] : ['filter', index.filter];
    const definition = [
      'key_type',
      index.json ? 'JSON' : 'HASH',
      'prefixes',
      index.prefixes.map(bytes),
      ...filter,
      'default_score',
      '1',
    ];
    return [
      'index_name',
      bytes(name),
      'index_options',
      [],
      'index_definition',
      definition,
      'attributes',
      index.attributes.map(describe),
      'num_docs',
      keys.length,
      'hash_indexing_failures',
      failures,
      'indexing',
      0,
      'percent_indexed',
      '1',
    ];
  }

  search(words: readonly Buffer[], database: Database): Reply {
    const text = words.map((word) => word.toString('latin1'));
    const index = this.#get(text[0] ?? '');
    const { keys } = taken(index, database);
    const [, most, name, parameter] = /KNN (\d+) @(\S+) \$(\w+)/.exec(text[1] ?? '') ?? [];
    if (name === undefined) return [keys.length];
    const attribute = index.attributes.find((one) => one.name === name.replaceAll('\\', ''));
    const sent = words[text.indexOf(parameter ?? '') + 1];
    if (attribute === undefined || sent === undefined) return new Refusal(`Unknown field at offset 0 near ${name}`);
    const probe = vectorFromBytes(sent, datatypeOf(attribute)) ?? [];
    const found = keys.flatMap((key) => {
      const vector = vectorAt(key, attribute, index, database);
      if (vector === undefined) return [];
      const metric = METRICS[attribute.settings.get('DISTANCE_METRIC') ?? ''] ?? 'cosine'; // own key: of ours
      return [{ key, score: distance(metric, probe, vector) }];
    });
    const best = found.toSorted((left, right) => left.score - right.score).slice(0, Number(most));
    const label = text[text.indexOf('SORTBY') + 1] ?? '';
    return [
      best.length,
      ...best.flatMap(({ key, score }): Reply[] => [Buffer.from(key, 'latin1'), [label, String(score)]]),
    ];
  }

  #get(name: string): Index {
    const index = this.#indexes.get(name);
    if (index === undefined) throw new Refusal('Unknown index name');
    return index;
  }
}

function parseIndex(words: readonly string[]): Index {
  const after = (word: string): number => words.findIndex((one) => one.toUpperCase() === word) + 1;
  const prefixAt = after('PREFIX');
  const schemaAt = after('SCHEMA');
  const attributes: Attribute[] = [];
  for (let at = schemaAt; at < words.length;) {
    const identifier = words[at] ?? '';
    const renamed = words[at + 1]?.toUpperCase() === 'AS';
    const name = renamed ? (words[at + 2] ?? '') : identifier;
    at += renamed ? 3 : 1;
    const type = (words[at] ?? '').toUpperCase();
    at += 1;
    const settings = new Map<string, string>();
    if (type === 'VECTOR') {
      settings.set('algorithm', words[at] ?? '');
      const end = at + 2 + Number(words[at + 1]);
      for (at += 2; at < end; at += 2) settings.set((words[at] ?? '').toUpperCase(), words[at + 1] ?? '');
      if (!DATATYPES.includes(settings.get('TYPE') ?? '')) {
        throw new Refusal('Bad arguments for vector similarity HNSW index type: Unknown argument');
      }
    }
    while (['SORTABLE', 'NOINDEX', 'UNF'].includes((words[at] ?? '').toUpperCase())) at += 1;
    while (['SEPARATOR', 'WEIGHT'].includes((words[at] ?? '').toUpperCase())) at += 2;
    attributes.push({ identifier, name, type, settings });
  }
  return {
    json: words[after('ON')]?.toUpperCase() === 'JSON',
    prefixes:
      prefixAt === 0 || prefixAt > schemaAt ? [''] : words.slice(prefixAt + 1, prefixAt + 1 + Number(words[prefixAt])),
    filter: after('FILTER') === 0 ? undefined : words[after('FILTER')],
    attributes,
  };
}

function describe({ identifier, name, type, settings }: Attribute): Reply {
  const common = ['identifier', bytes(identifier), 'attribute', bytes(name), 'type', type];
  if (type === 'TAG') return [...common, 'SEPARATOR', ','];
  if (type !== 'VECTOR') return common;
  const algorithm = settings.get('algorithm') ?? '';
  const graph =
    algorithm === 'HNSW'
      ? ['M', Number(settings.get('M') ?? 16), 'ef_construction', Number(settings.get('EF_CONSTRUCTION') ?? 200)]
      : [];
  const facts = ['data_type', settings.get('TYPE') ?? '', 'dim', Number(settings.get('DIM'))];
  return [
    ...common,
    'algorithm',
    algorithm,
    ...facts,
    'distance_metric',
    settings.get('DISTANCE_METRIC') ?? '',
    ...graph,
  ];
}

/** Keys that the index has, and how many it could not take. */
function taken(index: Index, database: Database): { keys: string[]; failures: number } {
  const type = index.json ? 'ReJSON-RL' : 'hash';
  const candidates = database
    .keys()
    .filter((key) => database.get(key)?.type === type && index.prefixes.some((prefix) => key.startsWith(prefix)));
  const keys = candidates.filter((key) => index.attributes.every((attribute) => fits(key, attribute, index, database)));
  return { keys, failures: candidates.length - keys.length };
}

function fits(key: string, attribute: Attribute, index: Index, database: Database): boolean {
  const value = database.get(key);
  if (attribute.type === 'VECTOR') {
    const vector = vectorAt(key, attribute, index, database);
    return vector === undefined || vector.length === Number(attribute.settings.get('DIM'));
  }
  if (attribute.type !== 'NUMERIC' || value?.type !== 'hash') return true;
  const text = value.fields.get(attribute.identifier);
  return text === undefined || Number.isFinite(Number(String(text)));
}

function vectorAt(
  key: string,
  attribute: Attribute,
  { json }: Index,
  database: Database,
): (ArrayLike<number> & readonly number[]) | undefined {
  const value = database.get(key);
  if (value?.type === 'ReJSON-RL' && json) {
    const document = parseJson(value.text) as Readonly<Record<string, MetadataValue>>;
    const list = document[attribute.identifier.replace('$.', '')]; // own key: a test names it
    return Array.isArray(list) ? list.map(Number) : undefined;
  }
  const held = value?.type === 'hash' ? value.fields.get(attribute.identifier) : undefined;
  return held === undefined ? undefined : [...(vectorFromBytes(held, datatypeOf(attribute)) ?? [])];
}

function bytes(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

function datatypeOf({ settings }: Attribute): ByteDatatype {
  return (settings.get('TYPE') ?? '').toLowerCase() as ByteDatatype;
}
