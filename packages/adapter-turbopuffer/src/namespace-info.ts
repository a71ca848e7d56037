import { checkObject, checkText, own, type CallOptions, type IdKind, type Metric } from '@vsm/core/adapter';
import type { Client } from './client.ts';

/** Text attribute for what no attribute holds, as a JSON object by keys. */
export const REST = 'vsm_rest';
/** Marks the document that makes a namespace, which has to be written before there is one. */
export const MARK = 'vsm_new';
/** Text of a record in the namespaces that we make. */
export const DOCUMENT = 'text';

interface VectorAttribute {
  readonly attribute: string;
  readonly dimension: number;
  readonly metric: Metric | undefined;
  readonly datatype: 'float32' | 'float16';
}

/** What is known of a namespace. */
export interface NamespaceInfo {
  readonly ids: IdKind;
  readonly vectors: readonly VectorAttribute[];
  /** Types of the other attributes by name; the writer adds those that it makes. */
  readonly types: Map<string, string>;
  /** Whether we made it. */
  readonly ours: boolean;
  readonly createdAt: string | undefined;
  /** The schema as the service gives it. */
  readonly native: Readonly<Record<string, unknown>>;
}

const METRICS: Readonly<Record<string, Metric>> = { cosine_distance: 'cosine', euclidean_squared: 'euclidean' };
const VECTOR = /^\[(\d+)\]f(16|32)$/;

export function distanceOf(metric: Metric | undefined): string {
  return metric === 'euclidean' ? 'euclidean_squared' : 'cosine_distance';
}

/** @throws VsmError with code `NOT_FOUND` */
export function askInfo(client: Client, name: string, options: CallOptions | undefined): Promise<NamespaceInfo> {
  const request = { method: 'GET', path: `/v2/namespaces/${encodeURIComponent(name)}/metadata` } as const;
  return client.ask({ ...request, action: `open collection "${name}"` }, options, (value) => {
    const { schema, created_at: createdAt } = checkObject(value, 'the metadata');
    return readInfo(checkObject(schema, 'the schema'), typeof createdAt === 'string' ? createdAt : undefined);
  });
}

export function readInfo(schema: Readonly<Record<string, unknown>>, createdAt?: string): NamespaceInfo {
  const vectors: VectorAttribute[] = [];
  const types = new Map<string, string>();
  for (const [attribute, config] of Object.entries(schema)) {
    const { type, ann } = typeof config === 'string' ? { type: config } : checkObject(config, 'an attribute');
    const text = checkText(type, 'the type of an attribute');
    const [, length, bits] = VECTOR.exec(text) ?? [];
    if (length === undefined) {
      types.set(attribute, text);
      continue;
    }
    const metric =
      typeof ann === 'object' && ann !== null ? own(ann as Record<string, unknown>, 'distance_metric') : ann;
    vectors.push({
      attribute,
      dimension: Number(length),
      metric: typeof metric === 'string' ? own(METRICS, metric) : undefined,
      datatype: bits === '16' ? 'float16' : 'float32',
    });
  }
  const id = types.get('id');
  types.delete('id');
  return {
    ids: id === 'uuid' ? 'uuid' : id === 'uint' || id === 'int' ? 'uint64' : 'string',
    vectors,
    types,
    ours: types.get(REST) === 'string',
    createdAt,
    native: schema,
  };
}

/** The name that a vector attribute has in records: the only one, and the one called `vector`, have none. */
export function vectorNameOf({ vectors }: NamespaceInfo, attribute: string): string {
  return attribute === 'vector' || vectors.length === 1 ? '' : attribute;
}
