import {
  UnsupportedError,
  VsmError,
  type CollectionSchema as Schema,
  type Metric,
  type ReadingOptions,
  type VectorSchema,
  type Warning,
} from '@vsm/core/adapter';
import { metricType, readField, typeName, VECTORS, vectorType } from './fields.ts';
import { givenFields, type GivenFields } from './given-fields.ts';
import { TYPES, type CollectionSchema, type FieldSchema } from './grpc/schema.ts';
import type { Sent } from './grpc/wire.ts';
import { OURS } from './layout.ts';
import { toName, vectorField } from './names.ts';
import { planNative, type Creation } from './plan-native.ts';

const LONGEST = '65535';

function storedName(name: string): string {
  const stored = toName(name);
  if (stored !== undefined) return stored;
  const message = `milvus: "${name.slice(0, 80)}" cannot be the name of a collection: it has at most 255 letters, digits and _, and what else stands in it takes several`;
  throw new VsmError('INVALID_OPTIONS', message, { adapter: 'milvus' });
}

/**
 * With the fields that the collection has in another Milvus, or with those that were asked for, or with those of VSM. `isServer`: whether it
 * is made in Milvus itself, and not in milvus-lite.
 */
export function planCreation(wanted: Schema, reading: ReadingOptions = {}, isServer: boolean = true): Creation {
  const stored = storedName(wanted.name);
  const native = planNative(stored, wanted, reading, isServer);
  if (native !== undefined && typeof native !== 'string') return native;
  const warnings: Warning[] = [];
  const given = givenFields(wanted);
  if (native !== undefined) {
    const made = given === undefined ? 'VSM makes' : 'were asked for';
    const detail = `records lie in the fields that ${made}, not in those that they had: ${native}`;
    warnings.push({ type: 'unsupported', feature: 'schema', detail });
  }
  const vectors = Object.entries(wanted.vectors).map(([name, vector]) => {
    const field = given === undefined ? vectorField(name, Object.values(OURS)) : placeOf(vector, given);
    if (field === undefined) throw unsupported(wanted.name, `the name of the vector "${name}" is too long for a field`);
    return { field, ...planVector(field, vector, wanted.name, warnings) };
  });
  if (vectors.length === 0) throw unsupported(wanted.name, 'Milvus has none without a vector, and the source has none');
  const schemas = vectors.map(({ schema }) => schema);
  return {
    stored,
    schema: {
      name: stored,
      description: 'made by VSM',
      ...(given === undefined ? ownFields(schemas, wanted.namespaces === true) : fieldsOf(given, schemas)),
    },
    shards: 1,
    consistency: 0,
    partitions: 0n,
    indexes: vectors.map(({ field, index }) => ({ field, params: index })),
    warnings,
  };
}

type Fields = Pick<Sent<CollectionSchema>, 'fields' | 'dynamic'>;

function ownFields(vectors: readonly Sent<FieldSchema>[], namespaces: boolean): Fields {
  return {
    fields: [
      { ...text(OURS.id), isPrimaryKey: true },
      ...vectors,
      { name: OURS.metadata, dataType: TYPES.json },
      text(OURS.document),
      text(OURS.absent),
      ...(namespaces ? [text(OURS.namespace)] : []),
    ],
  };
}

function fieldsOf({ key, document, texts = [], metadata }: GivenFields, vectors: readonly Sent<FieldSchema>[]): Fields {
  return {
    fields: [
      { ...text(key), isPrimaryKey: true },
      ...(document === undefined ? [] : [text(document)]),
      ...texts.map(text),
      ...vectors,
      ...(metadata === undefined ? [] : [{ name: metadata, dataType: TYPES.json }]),
    ],
    dynamic: metadata === undefined,
  };
}

function text(name: string): Sent<FieldSchema> {
  return { name, dataType: TYPES.varchar, typeParams: [{ key: 'max_length', value: LONGEST }] };
}

const placeOf = ({ kind }: VectorSchema, { vector, sparse }: GivenFields): string | undefined =>
  kind === 'sparse' ? sparse : vector;

function planVector(
  name: string,
  vector: VectorSchema,
  collection: string,
  warnings: Warning[],
): { readonly schema: Sent<FieldSchema>; readonly index: Readonly<Record<string, string>> } {
  if (vector.kind === 'multi') throw unsupported(collection, 'a multi-vector has no place in it');
  const datatype = vector.kind === 'sparse' ? 'float32' : (vector.datatype ?? 'float32');
  const dataType = vectorType(vector.kind, datatype);
  const facts = dataType === undefined ? undefined : VECTORS[dataType];
  if (dataType === undefined || facts === undefined) throw unsupported(collection, `it has no ${datatype} vectors`);
  const { dimension } = vector;
  if (vector.kind === 'dense' && dimension === undefined) {
    throw new VsmError(
      'INVALID_OPTIONS',
      `milvus: cannot create collection "${collection}": the dimension of its vector has to be known`,
      { adapter: 'milvus' },
    );
  }
  if (datatype === 'bit' && (dimension ?? 0) % 8 !== 0) {
    throw unsupported(collection, `vectors of bits have a multiple of 8 of them, not ${dimension}`);
  }
  const metric = metricFor(vector.kind === 'sparse' ? 'dot' : vector.metric, facts.metrics, warnings);
  return {
    schema: {
      name,
      dataType,
      ...(vector.kind === 'dense' && { typeParams: [{ key: 'dim', value: String(dimension) }] }),
    },
    index: { ...facts.index, metric_type: metricType(metric) ?? '' },
  };
}

function metricFor(wanted: Metric | undefined, possible: readonly Metric[], warnings: Warning[]): Metric {
  if (wanted !== undefined && possible.includes(wanted)) return wanted;
  const [first = 'cosine'] = possible;
  const detail =
    wanted === undefined
      ? `no metric was given, so ${first} is taken`
      : `vectors of this datatype have no metric ${wanted}, so ${first} is taken`;
  warnings.push({ type: 'approximated', feature: 'metric', detail });
  return first;
}

function unsupported(collection: string, what: string): UnsupportedError {
  return new UnsupportedError('vectors', `milvus: cannot create collection "${collection}": ${what}`, {
    adapter: 'milvus',
  });
}

/** What the server made of a schema otherwise: older ones leave out what they do not know, and call it a success. */
export function differences(wanted: Sent<CollectionSchema>, made: CollectionSchema): Warning[] {
  const warn = (detail: string): Warning => ({ type: 'unsupported', feature: 'schema', detail });
  const fields = new Map(made.fields.map((field) => [field.name, readField(field)]));
  return (wanted.fields ?? []).flatMap((field) => {
    const found = fields.get(field.name ?? '');
    if (found === undefined) return [warn(`the server left out the field "${field.name}"`)];
    if (found.type !== field.dataType)
      return [warn(`the server made "${field.name}" a ${typeName(found) ?? found.type}`)];
    return found.nullable === (field.nullable ?? false)
      ? []
      : [warn(`the server does not let "${field.name}" be null`)];
  });
}
