import { Problem } from './problem.ts';
import { isObject, type IndexShape, type JsonObject } from './record.ts';

/** An index as the control plane knows it, whatever the API version of those who ask. */
export interface IndexModel {
  readonly name: string;
  readonly deployment: JsonObject;
  /** As in the API of 2026-07. */
  readonly fields: Readonly<Record<string, JsonObject>>;
  /** Absent where the documents API serves the index. */
  readonly shape: IndexShape | undefined;
  readonly tags: JsonObject | undefined;
  readonly deletionProtection: string;
}

const METRICS = ['cosine', 'euclidean', 'dotproduct'] as const;

/** Until then, an index has one dimension and one metric; since then, a schema of fields. */
const usesSchema = (apiVersion: string): boolean => apiVersion >= '2026-07';

/** @throws Problem where the service would refuse the request. */
export function readCreateRequest(body: JsonObject, apiVersion: string): IndexModel {
  const name = body['name'];
  if (typeof name !== 'string' || !/^[a-z0-9]([a-z0-9-]{0,43}[a-z0-9])?$/.test(name)) {
    throw new Problem(
      400,
      "Name must be 1-45 characters long, start and end with an alphanumeric character, and consist only of lower case alphanumeric characters or '-'",
    );
  }
  const { fields, deployment } = usesSchema(apiVersion) ? readSchema(body) : readLegacy(body);
  return {
    name,
    deployment,
    fields,
    shape: shapeOf(fields),
    tags: isObject(body['tags']) ? body['tags'] : undefined,
    deletionProtection: body['deletion_protection'] === 'enabled' ? 'enabled' : 'disabled',
  };
}

type Parts = Pick<IndexModel, 'fields' | 'deployment'>;

function readSchema(body: JsonObject): Parts {
  const schema = body['schema'];
  if (!isObject(schema) || !isObject(schema['fields'])) throw new Problem(422, 'missing field `schema`');
  const fields = schema['fields'] as Readonly<Record<string, JsonObject>>;
  if (Object.keys(fields).length === 0) {
    throw new Problem(
      400,
      'Schema must contain at least one of the following field types: dense_vector, sparse_vector',
    );
  }
  const reserved = Object.keys(fields).filter((field) => field.startsWith('_'));
  const known = reserved.every((field) => field === '_values' || field === '_sparse_values');
  if (!known || (reserved.length > 0 && reserved.length < Object.keys(fields).length)) {
    throw new Problem(400, `Field names starting with '_' are reserved: ${reserved.join(', ')}`);
  }
  for (const field of Object.values(fields)) if (field['type'] === 'dense_vector') checkDense(field);
  const deployment = isObject(body['deployment'])
    ? body['deployment']
    : { deployment_type: 'managed', cloud: 'aws', region: 'us-east-1' };
  return { fields, deployment };
}

function readLegacy(body: JsonObject): Parts {
  const { spec, vector_type: vectorType = 'dense', dimension, metric = 'cosine' } = body;
  if (!isObject(spec)) throw new Problem(422, 'missing field `spec`');
  const dense = { type: 'dense_vector', dimension, metric };
  if (vectorType !== 'sparse') checkDense(dense);
  const fields: IndexModel['fields'] =
    vectorType === 'sparse' ? { _sparse_values: { type: 'sparse_vector' } } : { _values: dense };
  const [kind, inner] = Object.entries(spec)[0] ?? [];
  if (!isObject(inner)) throw new Problem(422, 'spec must be one of serverless and pod');
  if (kind === 'pod') return { fields, deployment: { deployment_type: 'pod', ...inner } };
  return { fields, deployment: { deployment_type: 'managed', ...inner } };
}

function checkDense({ dimension, metric }: JsonObject): void {
  if (typeof dimension !== 'number' || !Number.isInteger(dimension) || dimension < 1 || dimension > 20_000) {
    throw new Problem(400, `Dimension must be an integer between 1 and 20000, got ${JSON.stringify(dimension)}`);
  }
  if (!METRICS.some((known) => known === metric)) {
    throw new Problem(400, `Metric must be one of ${METRICS.join(', ')}, got ${JSON.stringify(metric)}`);
  }
}

function shapeOf(fields: IndexModel['fields']): IndexShape | undefined {
  const { _values: dense, _sparse_values: sparse } = fields;
  if (dense !== undefined) {
    return { dimension: dense['dimension'] as number, metric: dense['metric'] as IndexShape['metric'] };
  }
  return sparse === undefined ? undefined : { dimension: undefined, metric: 'dotproduct' };
}

export function printIndex(model: IndexModel, apiVersion: string, host: string, ready: boolean): JsonObject {
  const common = {
    name: model.name,
    host,
    status: { ready, state: ready ? 'Ready' : 'Initializing' },
    tags: model.tags ?? null,
    deletion_protection: model.deletionProtection,
  };
  const { shape, deployment } = model;
  if (usesSchema(apiVersion)) {
    // A dense index says that it holds sparse values, however it was created.
    const fields =
      shape?.dimension === undefined ? model.fields : { ...model.fields, _sparse_values: { type: 'sparse_vector' } };
    const capacity = { mode: 'OnDemand', status: { state: 'Ready' } };
    return {
      ...common,
      deployment,
      schema: { fields },
      ...(deployment['deployment_type'] !== 'pod' && { read_capacity: capacity }),
    };
  }
  const { deployment_type: kind, ...inner } = deployment;
  return {
    ...common,
    ...(shape?.dimension !== undefined && { dimension: shape.dimension }),
    metric: shape?.metric ?? 'cosine',
    vector_type: shape !== undefined && shape.dimension === undefined ? 'sparse' : 'dense',
    spec: { [kind === 'pod' ? 'pod' : 'serverless']: inner },
  };
}
