import {
  idKind,
  isMulti,
  isSparse,
  type DenseVector,
  type MetadataValue,
  type Vector,
  type VectorRecord,
  own,
} from '../spec/record.ts';
import type { Capabilities, CollectionSchema, Rejection, VectorSchema } from '../spec/v1.ts';
import { stringifyJson } from '../json/json.ts';
import { isZero } from '../store/distance.ts';
import { grammarProblem } from './key-grammar.ts';
import { metadataProblem, nameProblem, textProblem } from './metadata-check.ts';

const MAX_FLOAT32 = 3.4028234663852886e38;

/** Why a store with these capabilities must refuse a record; `undefined` where nothing speaks against it. */
export function recordProblem(
  record: VectorRecord,
  schema: CollectionSchema,
  capabilities: Capabilities,
): Rejection | undefined {
  const refuse = (reason: Rejection['reason'], detail: string): Rejection => ({
    id: record.id,
    namespace: record.namespace,
    reason,
    detail,
  });
  const id = idProblem(record.id, capabilities);
  if (id !== undefined) return refuse('invalid-id', id);
  if (record.namespace !== undefined && !capabilities.namespaces) {
    return refuse('refused', `the store has no namespaces, but the record is in "${record.namespace}"`);
  }
  const namespace = record.namespace === undefined ? undefined : nameProblem(record.namespace, capabilities.metadata);
  if (namespace !== undefined) return refuse('refused', `the namespace ${namespace}`);
  const names = Object.keys(record.vectors);
  if (names.length === 0 && !capabilities.emptyRecords) return refuse('invalid-vector', 'the record has no vector');
  for (const name of names) {
    const problem = vectorProblem(record.vectors[name] as Vector, own(schema.vectors, name), capabilities);
    if (problem !== undefined)
      return refuse('invalid-vector', `${name === '' ? 'vector' : `vector "${name}"`}: ${problem}`);
  }
  if (record.document !== undefined && capabilities.document === false)
    return refuse('refused', 'no place for a document');
  if (record.uri !== undefined && !capabilities.uri) return refuse('refused', 'no place for a uri');
  const text = record.document === undefined ? undefined : textProblem(record.document, capabilities.metadata);
  if (text !== undefined) return refuse('refused', `the document ${text}`);
  for (const key in record.metadata) {
    const problem =
      keyProblem(key, record, capabilities) ??
      metadataProblem(record.metadata[key] as MetadataValue, capabilities.metadata);
    if (problem !== undefined) return refuse('invalid-metadata', `metadata "${key}": ${problem}`);
  }
  const limit = capabilities.limits.metadataBytes;
  if (limit !== undefined && Buffer.byteLength(stringifyJson(record.metadata)) > limit) {
    return refuse('too-large', `metadata is over ${limit} bytes`);
  }
  return undefined;
}

export function idProblem(id: string, capabilities: Capabilities): string | undefined {
  if (typeof id !== 'string' || id === '') return 'an id must be a string that is not empty';
  if (!capabilities.ids.includes('string') && !capabilities.ids.includes(idKind(id))) {
    return `the store takes ids of kind ${capabilities.ids.join(' or ')} only`;
  }
  const text = textProblem(id, capabilities.metadata);
  if (text !== undefined) return `the id ${text}`;
  const limit = capabilities.limits.idBytes;
  if (limit !== undefined && Buffer.byteLength(id) > limit) return `the id is over ${limit} bytes`;
  return undefined;
}

export function vectorProblem(
  vector: Vector,
  schema: VectorSchema | undefined,
  capabilities: Capabilities,
): string | undefined {
  if (schema === undefined) return 'the collection has no vector of that name';
  if (isSparse(vector))
    return schema.kind === 'sparse'
      ? sparseProblem(vector.indices, vector.values, capabilities.limits.sparseIndex)
      : wrongKind(schema, 'sparse');
  if (schema.kind === 'sparse') return wrongKind(schema, isMulti(vector) ? 'multi' : 'dense');
  if (isMulti(vector)) {
    if (schema.kind !== 'multi') return wrongKind(schema, 'multi');
    if (vector.rows.length === 0) return 'a multi-vector needs at least one row';
    const length = schema.dimension ?? vector.rows[0]?.length ?? 0;
    return vector.rows.map((row) => denseProblem(row, length, true)).find((problem) => problem !== undefined);
  }
  if (schema.kind !== 'dense') return wrongKind(schema, 'dense');
  return denseProblem(vector, schema.dimension, capabilities.zeroVectors);
}

function wrongKind(schema: VectorSchema, kind: VectorSchema['kind']): string {
  return `the collection expects a ${schema.kind} vector, but this one is ${kind}`;
}

function denseProblem(vector: DenseVector, dimension: number | undefined, zeroAllowed: boolean): string | undefined {
  if (dimension !== undefined && vector.length !== dimension) {
    return `expected ${dimension} dimensions, but got ${vector.length}`;
  }
  if (vector.length === 0) return 'a vector must not be empty';
  const bad = isFinite32(vector) ? -1 : firstNonFinite(vector);
  if (bad !== -1) return `component ${bad} is ${vector[bad]}, which is not a finite float32`;
  if (!zeroAllowed && isZero(vector)) return 'the store refuses a vector of zeros';
  return undefined;
}

function sparseProblem(indices: ArrayLike<number>, values: DenseVector, limit: number | undefined): string | undefined {
  if (indices.length !== values.length) return `${indices.length} indices, but ${values.length} values`;
  const seen = new Set<number>();
  for (let position = 0; position < indices.length; position += 1) {
    const index = indices[position] as number;
    if (!Number.isInteger(index) || index < 0 || index > 4294967295)
      return `index ${index} is not an unsigned 32-bit integer`;
    if (limit !== undefined && index > limit) return `index ${index} is over ${limit}`;
    if (seen.has(index)) return `index ${index} occurs twice`;
    seen.add(index);
  }
  const bad = firstNonFinite(values);
  return bad === -1 ? undefined : `value ${bad} is ${values[bad]}, which is not a finite float32`;
}

/** Whether a `Float32Array` holds only finite numbers. Any other gives NaN times zero; four sums do not wait for each other. */
function isFinite32(vector: DenseVector): boolean {
  if (!(vector instanceof Float32Array)) return false;
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let at = 0;
  for (const end = vector.length - 3; at < end; at += 4) {
    a += (vector[at] as number) * 0;
    b += (vector[at + 1] as number) * 0;
    c += (vector[at + 2] as number) * 0;
    d += (vector[at + 3] as number) * 0;
  }
  for (; at < vector.length; at += 1) a += (vector[at] as number) * 0;
  return a + b + c + d === 0;
}

/** Position of the first component that float32 cannot hold, -1 if there is none. */
function firstNonFinite(vector: DenseVector): number {
  for (let index = 0; index < vector.length; index += 1) {
    const value = vector[index] as number;
    // The shortest decimals of the largest float32 lie a little beyond it, so only rounding decides at the border.
    if (!(value >= -MAX_FLOAT32 && value <= MAX_FLOAT32) && !Number.isFinite(Math.fround(value))) return index;
  }
  return -1;
}

/** Position of the first component that is another number as float32, -1 if there is none. */
export function firstRounded(vector: DenseVector): number {
  if (vector instanceof Float32Array) return -1;
  for (let index = 0; index < vector.length; index += 1) {
    const value = vector[index] as number;
    if (!Object.is(Math.fround(value), value)) return index;
  }
  return -1;
}

/** A loop, because this is asked for every key of every record. */
function beginsWithAny(key: string, prefixes: readonly string[]): boolean {
  for (const prefix of prefixes) if (key.startsWith(prefix)) return true;
  return false;
}

export function keyProblem(
  key: string,
  record: Pick<VectorRecord, 'metadata' | 'document'>,
  { metadata, document }: Capabilities,
): string | undefined {
  if (metadata.reservedKeys.includes(key) || beginsWithAny(key, metadata.reservedPrefixes)) {
    return 'the store keeps this key for itself';
  }
  // What is no text cannot be taken for the document, as long as there is none.
  const passesForDocument = typeof own(record.metadata, key) === 'string' || record.document !== undefined;
  if (key === document && passesForDocument) return 'the store keeps the document under this key';
  const problem = textProblem(key, metadata) ?? (metadata.keys && grammarProblem(key, metadata.keys));
  return problem === undefined ? undefined : `the key ${problem}`;
}
