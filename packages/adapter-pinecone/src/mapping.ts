import type { PineconeRecord } from '@pinecone-database/pinecone';
import { isDense, isSparse, type DenseVector, type Metadata, type Vector, type VectorRecord } from '@vsm/core/adapter';
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

export function toWire(record: VectorRecord, { documentKey }: RecordNames): PineconeRecord {
  const vectors = Object.values(record.vectors);
  const dense = vectors.find(isDense);
  const sparse = vectors.find(isSparse);
  const metadata =
    record.document === undefined || documentKey === false
      ? record.metadata
      : { ...record.metadata, [documentKey]: record.document };
  return {
    id: toWireName(record.id),
    ...(dense !== undefined && { values: toNumbers(dense) }),
    ...(sparse !== undefined && {
      sparseValues: { indices: Array.from(sparse.indices), values: toNumbers(sparse.values) },
    }),
    ...(Object.keys(metadata).length > 0 && { metadata: metadata as NonNullable<PineconeRecord['metadata']> }),
  };
}

export function fromWire(
  wire: WireRecord,
  namespace: string,
  { documentKey, dense, sparse }: RecordNames,
): VectorRecord {
  const vectors: Record<string, Vector> = {};
  // A record without dense values has an empty list.
  if (dense !== undefined && wire.values !== undefined && wire.values.length > 0) vectors[dense] = wire.values;
  if (wire.sparseValues !== undefined && wire.sparseValues !== null) {
    vectors[sparse] = { indices: wire.sparseValues.indices, values: wire.sparseValues.values };
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

function splitDocument(metadata: Metadata, key: string | false): Pick<VectorRecord, 'metadata' | 'document'> {
  if (key === false || !Object.hasOwn(metadata, key)) return { metadata };
  const { [key]: document, ...rest } = metadata;
  return typeof document === 'string' ? { metadata: rest, document } : { metadata };
}

const rawJSON = (JSON as unknown as { rawJSON: (text: string) => unknown }).rawJSON;

/** The SDK prints with JSON.stringify, which makes an object of a Float32Array and 0 of -0. */
export function toNumbers(vector: DenseVector): number[] {
  const numbers = Array.from(vector);
  for (let at = 0; at < numbers.length; at += 1) {
    if (Object.is(numbers[at], -0)) numbers[at] = rawJSON('-0.0') as number;
  }
  return numbers;
}
