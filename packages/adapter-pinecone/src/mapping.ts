import type { PineconeRecord } from '@pinecone-database/pinecone';
import {
  checkCount,
  checkList,
  checkNumber,
  checkObject,
  isDense,
  isSparse,
  setOwn,
  shortestDoubles,
  WrongAnswer,
  type DenseVector,
  type Metadata,
  type Vector,
  type VectorRecord,
} from '@vsm/core/adapter';
import { fromWireName, fromWireNamespace, toWireName } from './names.ts';

/** How the fields of a record are called here. */
export interface RecordNames {
  readonly documentKey: string | false;
  /** Absent in an index that holds sparse vectors alone. */
  readonly dense: string | undefined;
  readonly sparse: string;
}

/** A record as it is in an answer. */
export interface WireRecord {
  readonly id: string;
  readonly values?: readonly number[] | undefined;
  readonly sparseValues?:
    | { readonly indices: readonly number[]; readonly values: readonly number[] }
    | null
    | undefined;
  readonly metadata?: Metadata | null | undefined;
}

/** The records of an answer to a fetch. @throws WrongAnswer where there are others than those that were asked for */
export function readWireRecords(body: Readonly<Record<string, unknown>>, ids: readonly string[]): WireRecord[] {
  const wanted = new Set(ids);
  return Object.entries(checkObject(body['vectors'] ?? {}, 'the records')).map(([id, value]) => {
    if (!wanted.has(id)) throw new WrongAnswer(`it holds record ${JSON.stringify(id)}, which was not asked for`);
    const { values, sparseValues, metadata } = checkObject(value, 'a record');
    return {
      id,
      values: isNothing(values) ? undefined : readNumbers(values),
      sparseValues: isNothing(sparseValues) ? undefined : readSparse(checkObject(sparseValues, 'sparse values')),
      metadata: isNothing(metadata) ? undefined : (checkObject(metadata, 'metadata') as Metadata),
    };
  });
}

const isNothing = (value: unknown): value is null | undefined => value === null || value === undefined;

function readSparse({ indices, values }: Readonly<Record<string, unknown>>): NonNullable<WireRecord['sparseValues']> {
  const at = checkList(indices, 'the indices of sparse values').map((index) => checkCount(index, 'an index'));
  const read = readNumbers(values);
  if (read.length !== at.length) throw new WrongAnswer('sparse values must be as many as their indices');
  return { indices: at, values: read };
}

function readNumbers(value: unknown): readonly number[] {
  const list = checkList(value, 'a vector');
  for (const component of list) checkNumber(component, 'a component of a vector');
  return list as readonly number[];
}

export function toWire(record: VectorRecord, { documentKey }: RecordNames): PineconeRecord {
  const vectors = Object.values(record.vectors);
  const dense = vectors.find(isDense);
  const sparse = vectors.find(isSparse);
  const metadata = withDocument(record, documentKey);
  return {
    id: toWireName(record.id),
    ...(dense !== undefined && { values: toNumbers(dense) }),
    ...(sparse !== undefined && {
      sparseValues: { indices: Array.from(sparse.indices), values: toNumbers(sparse.values) },
    }),
    ...(Object.keys(metadata).length > 0 && { metadata: metadata as NonNullable<PineconeRecord['metadata']> }),
  };
}

/** The metadata, with the text of the record in it. */
export function withDocument({ metadata, document }: VectorRecord, key: string | false): Metadata {
  return document === undefined || key === false ? metadata : { ...metadata, [key]: document };
}

export function fromWire(
  wire: WireRecord,
  namespace: string,
  { documentKey, dense, sparse }: RecordNames,
): VectorRecord {
  const vectors: Record<string, Vector> = {};
  // A record without dense values has an empty list.
  if (dense !== undefined && wire.values !== undefined && wire.values.length > 0) setOwn(vectors, dense, wire.values);
  if (wire.sparseValues !== undefined && wire.sparseValues !== null) {
    setOwn(vectors, sparse, { indices: wire.sparseValues.indices, values: wire.sparseValues.values });
  }
  return {
    id: fromWireName(wire.id),
    ...namespaceField(namespace),
    vectors,
    ...splitDocument(wire.metadata ?? {}, documentKey),
  };
}

/** Absent for the default namespace. */
export function namespaceField(wireNamespace: string): { readonly namespace?: string } {
  const namespace = fromWireNamespace(wireNamespace);
  return namespace === '' ? {} : { namespace };
}

/** The inverse of {@link withDocument}. */
export function splitDocument(metadata: Metadata, key: string | false): Pick<VectorRecord, 'metadata' | 'document'> {
  if (key === false || !Object.hasOwn(metadata, key)) return { metadata };
  const { [key]: document, ...rest } = metadata;
  return typeof document === 'string' ? { metadata: rest, document } : { metadata };
}

const rawJSON = (JSON as unknown as { rawJSON: (text: string) => unknown }).rawJSON;

/** The SDK prints with JSON.stringify, which makes an object of a Float32Array and 0 of -0. */
export function toNumbers(vector: DenseVector): number[] {
  const numbers = vector instanceof Float32Array ? shortestDoubles(vector) : Array.from(vector);
  for (let at = 0; at < numbers.length; at += 1) {
    if (Object.is(numbers[at], -0)) numbers[at] = rawJSON('-0.0') as number;
  }
  return numbers;
}
