import {
  distance,
  lookup,
  parseJson,
  stringifyJson,
  type Metadata,
  type MetadataValue,
  type Metric,
  own,
} from '@vsm/core/adapter';
import { spaceOf } from './bulk.ts';
import { Problem } from './problem.ts';
import { textAt, type Document, type Index, type Json, type Object_ } from './state.ts';

/** The answer as text: sources stand in it as they were sent. */
export function search(index: Index, request: Object_, parameters: URLSearchParams): string {
  const size = Number(request['size'] ?? 10);
  if (size > 10_000) throw new Problem(400, 'illegal_argument_exception', 'Result window is too large');
  const shard = /^_shards:(\d+)$/.exec(parameters.get('preference') ?? '')?.[1];
  const within = shard === undefined ? index.visible : index.visible.filter((one) => one.shard === Number(shard));
  const scored = rank(index, within, (request['query'] ?? { match_all: {} }) as Object_);
  const sorted = JSON.stringify(request['sort'] ?? null).includes('_seq_no');
  const [after = -1] = (request['search_after'] ?? []) as readonly number[];
  const left = sorted ? scored.filter(({ document }) => document.seq > after) : scored;
  const hits = left.slice(0, size).map(({ document, score }) => {
    const source = sourceOf(document, request['_source']);
    const parts = [
      `"_index":${JSON.stringify(index.name)},"_id":${JSON.stringify(document.id)}`,
      `"_score":${sorted ? 'null' : score}`,
      ...(source === undefined ? [] : [`"_source":${source}`]),
      ...(sorted ? [`"sort":[${document.seq}]`] : []),
    ];
    return `{${parts.join(',')}}`;
  });
  const total = shard === undefined ? index.shards : Number(shard) < index.shards ? 1 : 0;
  const shards = `{"total":${total},"successful":${total},"skipped":0,"failed":0}`;
  return `{"took":1,"timed_out":false,"_shards":${shards},"hits":{"max_score":null,"hits":[${hits.join(',')}]}}`;
}

interface Scored {
  readonly document: Document;
  readonly score: number;
}

function rank(index: Index, documents: readonly Document[], query: Object_): Scored[] {
  const knn = query['knn'] as Record<string, Object_> | undefined;
  const script = query['script_score'] as Object_ | undefined;
  if (knn === undefined && script === undefined) {
    return documents.filter((one) => matches(one, query)).map((document) => ({ document, score: 1 }));
  }
  const params = ((script?.['script'] ?? {}) as Record<string, Object_>)['params'] ?? {};
  const [field = '', wanted = {}] = Object.entries(knn ?? {})[0] ?? [];
  const name = script === undefined ? field : (textAt(params, 'field') ?? '');
  const vector = (script === undefined ? wanted['vector'] : params['query_value']) as readonly number[];
  const filter = (script === undefined ? wanted['filter'] : script['query']) as Object_ | undefined;
  const mapping: Object_ = own(index.properties, name) ?? {};
  return documents
    .filter((one) => filter === undefined || matches(one, filter))
    .flatMap((document) => {
      const value = own(parseJson(document.source) as Metadata, name);
      return Array.isArray(value)
        ? [{ document, score: -apart(mapping, vector, (value as MetadataValue[]).map(Number)) }]
        : [];
    })
    .toSorted((left, right) => right.score - left.score)
    .slice(0, script === undefined ? Number(wanted['k']) : undefined);
}

const METRICS: Readonly<Record<string, Metric>> = { cosinesimil: 'cosine', l2: 'euclidean', innerproduct: 'dot' };

function apart(mapping: Object_, left: readonly number[], right: readonly number[]): number {
  const space = spaceOf(mapping);
  if (space === 'hamming') return distance('hamming', bits(left), bits(right));
  return distance(own(METRICS, space) ?? 'euclidean', left, right);
}

const bits = (bytes: readonly number[]): number[] =>
  bytes.flatMap((byte) => Array.from({ length: 8 }, (_, at) => (byte >> (7 - at)) & 1));

function matches(document: Document, query: Object_): boolean {
  const [[kind, inner]] = Object.entries(query) as [[string, Object_]];
  const value = (path: string): readonly MetadataValue[] => {
    const found = lookup(parseJson(document.source), path);
    return found === undefined || found === null ? [] : Array.isArray(found) ? (found as MetadataValue[]) : [found];
  };
  switch (kind) {
    case 'match_all':
      return true;
    case 'ids':
      return (inner['values'] as readonly string[]).includes(document.id);
    case 'exists':
      return value(textAt(inner, 'field') ?? '').length > 0;
    case 'bool': {
      const { filter = [], should } = inner as Readonly<Record<string, readonly Object_[]>>;
      const all = filter.every((part) => matches(document, part));
      return all && (should === undefined || should.some((part) => matches(document, part)));
    }
    case 'term':
    case 'terms': {
      const [[path, wanted]] = Object.entries(inner) as [[string, Json]];
      const list = Array.isArray(wanted) ? (wanted as readonly Json[]) : [wanted];
      return value(path).some((one) => list.some((other) => comparable(one) === other));
    }
    case 'range': {
      const [[path, range]] = Object.entries(inner) as [[string, Readonly<Record<string, number>>]];
      const { gte = Number.NEGATIVE_INFINITY, lte = Number.POSITIVE_INFINITY } = range;
      return value(path).some((one) => Number(one) >= gte && Number(one) <= lte);
    }
    default:
      throw new Problem(400, 'parsing_exception', `unknown query [${kind}]`);
  }
}

const comparable = (value: MetadataValue): unknown => (typeof value === 'object' ? Number(value) : value);

/** As it was sent, or a part of it. */
export function sourceOf({ source }: Document, wanted: Json | undefined): string | undefined {
  if (wanted === false) return undefined;
  if (wanted === undefined || wanted === true) return source;
  const { includes, excludes = [] } = wanted as Readonly<Record<string, readonly string[]>>;
  const entries = Object.entries(parseJson(source) as Metadata);
  const kept = entries.filter(([key]) => (includes?.includes(key) ?? true) && !excludes.includes(key));
  return stringifyJson(Object.fromEntries(kept));
}
