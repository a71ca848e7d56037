import type {
  CallOptions,
  CollectionDescription,
  CollectionSchema,
  JsonObject,
  JsonValue,
  Metric,
  VectorSchema,
} from '@vsm/core/adapter';
import { checkCount, checkText, UnsupportedError, VsmError, own } from '@vsm/core/adapter';
import type { Client } from './client.ts';

/** An index as far as it matters here, from whichever shape the API gave it. */
export interface IndexInfo {
  readonly name: string;
  readonly host: string;
  readonly ready: boolean;
  readonly state: string;
  readonly kind: 'serverless' | 'pod' | 'documents';
  /** Absent in an index that holds sparse vectors alone. */
  readonly dense: { readonly dimension: number; readonly metric: Metric | undefined } | undefined;
  /** By what name the sparse vector was created, where VSM created it. */
  readonly sparseName: string | undefined;
  /** What a copy takes over. */
  readonly native: JsonObject;
}

/** The tag that says that records have sparse values, and what the vector is called: the API reports both kinds for any dense index. */
const SPARSE_TAG = 'vsm-sparse';

const METRICS: Readonly<Record<string, Metric>> = { cosine: 'cosine', dotproduct: 'dot', euclidean: 'euclidean' };

export async function describeIndex(
  client: Client,
  name: string,
  options: CallOptions | undefined,
): Promise<IndexInfo> {
  const { host } = client.connection;
  if (host !== undefined) return describeHost(client, name, host, options);
  return client.control(
    `describe index "${name}"`,
    options,
    (sdk) => sdk.indexes.describe(name),
    (body) => readIndex(name, checkDescription(body as JsonObject)),
  );
}

/** The data plane knows the dimension and, in newer versions, the metric. */
async function describeHost(
  client: Client,
  name: string,
  host: string,
  options: CallOptions | undefined,
): Promise<IndexInfo> {
  return client.data(
    `describe index "${name}"`,
    host,
    options,
    (index) => index.describeIndexStats(),
    (body) => ({
      ...readIndex(name, { ...(body as JsonObject), vector_type: (body as JsonObject)['vectorType'] ?? 'dense' }),
      host,
    }),
  );
}

/** @throws WrongAnswer for what cannot be the description of an index */
function checkDescription(body: JsonObject): JsonObject {
  checkText(body['name'], 'the name of the index');
  checkText(body['private_host'] ?? body['host'] ?? '', 'the host of the index');
  return body;
}

export function readIndex(name: string, index: JsonObject): IndexInfo {
  const status = objectOf(index['status']);
  const tags = objectOf(index['tags']);
  const deployment = deploymentOf(index);
  const fields = fieldsOf(index);
  const kind = deployment['deployment_type'] === 'pod' ? 'pod' : isVectorsApi(fields) ? 'serverless' : 'documents';
  const dense = fields['_values'];
  const sparseName = tags[SPARSE_TAG];
  const otherTags = Object.entries(tags).filter(([key]) => key !== SPARSE_TAG);
  return {
    name,
    // An index may be reachable through a private endpoint only.
    host: textOf(index['private_host'] ?? index['host']),
    ready: status['ready'] !== false,
    state: textOf(status['state']),
    kind,
    dense:
      dense === undefined
        ? undefined
        : {
            dimension: checkCount(dense['dimension'], 'the dimension of the index'),
            metric: own(METRICS, textOf(dense['metric'])),
          },
    sparseName: typeof sparseName === 'string' ? sparseName : undefined,
    native: { deployment, ...(otherTags.length > 0 && { tags: Object.fromEntries(otherTags) }) },
  };
}

/** Since 2026-07 in `schema.fields`, before that in `dimension`, `metric` and `vector_type`. */
function fieldsOf(index: JsonObject): Readonly<Record<string, JsonObject>> {
  const schema = objectOf(index['schema']);
  if (schema['fields'] !== undefined) return objectOf(schema['fields']) as Readonly<Record<string, JsonObject>>;
  if (index['vector_type'] === 'sparse') return { _sparse_values: { type: 'sparse_vector' } };
  const { dimension = 0, metric = '' } = index;
  return { _values: { type: 'dense_vector', dimension, metric } };
}

/** Since 2026-07 in `deployment`, before that in `spec`. */
function deploymentOf(index: JsonObject): JsonObject {
  if (index['deployment'] !== undefined) return objectOf(index['deployment']);
  const spec = objectOf(index['spec']);
  if (spec['pod'] !== undefined) return { deployment_type: 'pod' };
  const { cloud, region } = objectOf(spec['serverless']);
  return { deployment_type: 'managed', ...(cloud !== undefined && { cloud }), ...(region !== undefined && { region }) };
}

/** Fields without a type are metadata that older indexes declared for filters. */
function isVectorsApi(fields: Readonly<Record<string, JsonObject>>): boolean {
  const typed = Object.keys(fields).filter((field) => fields[field]?.['type'] !== undefined);
  return typed.length > 0 && typed.every((field) => field === '_values' || field === '_sparse_values');
}

const objectOf = (value: JsonValue | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};

const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');

/** @throws UnsupportedError where the index cannot be read record by record. */
export function checkReadable({ name, kind }: IndexInfo): void {
  if (kind === 'serverless') return;
  const why =
    kind === 'pod'
      ? 'it is a pod index, whose ids cannot be listed; move it to a serverless index first (https://docs.pinecone.io/guides/indexes/pods/migrate-a-pod-based-index-to-serverless)'
      : 'it has a schema of its own and is served by the documents API, which this adapter does not speak';
  throw new UnsupportedError('scan', `pinecone: cannot open collection "${name}": ${why}`, { adapter: 'pinecone' });
}

/** `sparse`: whether records have sparse values beside the dense ones, and under what name. */
export function describeInfo(info: IndexInfo, sparse: string | undefined): CollectionDescription {
  const { dense } = info;
  return {
    name: info.name,
    vectors: {
      ...(dense !== undefined && { '': { kind: 'dense', ...dense } as const }),
      ...(dense === undefined && { [info.sparseName ?? '']: { kind: 'sparse' } as const }),
      ...(dense !== undefined && sparse !== undefined && { [sparse]: { kind: 'sparse' } as const }),
    },
    ids: 'string',
    namespaces: true,
    native: { pinecone: info.native },
  };
}

/** What `indexes.create` takes. */
export interface CreateRequest {
  readonly name: string;
  readonly schema: { readonly fields: Readonly<Record<string, JsonObject>> };
  readonly deployment: JsonObject;
  readonly tags?: Readonly<Record<string, string>>;
}

/** @throws UnsupportedError where Pinecone has no such index. */
export function checkVectors({ name, vectors: schemas }: CollectionSchema): void {
  const refuse = (what: string): never => {
    throw new UnsupportedError('vectors', `pinecone: cannot create collection "${name}": ${what}`, {
      adapter: 'pinecone',
    });
  };
  const vectors = Object.entries(schemas);
  const sparse = sparseNames(schemas);
  if (vectors.length === 0) refuse('an index needs a vector');
  if (sparse.length > 1) refuse(`a record has one sparse vector, but got "${sparse.join('", "')}"`);
  if (own(schemas, sparse[0] ?? '')?.kind === 'sparse' && !/^[\x20-\x7e]{0,120}$/.test(sparse[0] ?? '')) {
    refuse(`a sparse vector needs a name of at most 120 printable ASCII characters, but got "${sparse[0]}"`);
  }
}

function sparseNames(schemas: CollectionSchema['vectors']): string[] {
  return Object.entries(schemas)
    .filter(([, { kind }]) => kind === 'sparse')
    .map(([name]) => name);
}

/** @throws UnsupportedError where Pinecone has no such index. */
export function createRequest(schema: CollectionSchema, where: { cloud: string; region: string }): CreateRequest {
  checkVectors(schema);
  const { name } = schema;
  const sparse = sparseNames(schema.vectors);
  const dense = schema.vectors[''];
  const native = objectOf(schema.native?.['pinecone']);
  const given = objectOf(native['deployment']);
  const tags = {
    ...(objectOf(native['tags']) as Readonly<Record<string, string>>),
    ...(sparse[0] !== undefined && sparse[0] !== '' && { [SPARSE_TAG]: sparse[0] }),
  };
  return {
    name,
    schema: {
      fields: {
        ...(dense?.kind === 'dense' && { _values: denseField(name, dense) }),
        ...(sparse.length > 0 && { _sparse_values: { type: 'sparse_vector' } }),
      },
    },
    deployment: {
      deploymentType: 'managed',
      cloud: given['cloud'] ?? where.cloud,
      region: given['region'] ?? where.region,
    },
    ...(Object.keys(tags).length > 0 && { tags }),
  };
}

function denseField(name: string, vector: Exclude<VectorSchema, { kind: 'sparse' }>): JsonObject {
  if (vector.dimension === undefined) {
    throw new VsmError(
      'INVALID_OPTIONS',
      `pinecone: cannot create collection "${name}": an index needs the dimension of its vectors beforehand`,
      { adapter: 'pinecone' },
    );
  }
  const metric = Object.keys(METRICS).find((key) => METRICS[key] === vector.metric) ?? 'cosine';
  return { type: 'dense_vector', dimension: vector.dimension, metric };
}
