import {
  parseJson,
  stringifyJson,
  type DenseVector,
  type Metadata,
  type ScanRequest,
  type VectorRecord,
} from '@vsm/core/adapter';

export interface Row {
  readonly id: string;
  readonly embedding: Uint8Array;
  /** JSON, so that U+0000 does not end it. */
  readonly body: string | null;
  readonly fields: string;
}

export function toRow({ id, vectors, document, metadata }: VectorRecord): Row {
  const values = Float32Array.from(vectors[''] as DenseVector);
  return {
    id,
    embedding: new Uint8Array(values.buffer),
    body: document === undefined ? null : JSON.stringify(document),
    fields: stringifyJson(metadata),
  };
}

export function toRecord(row: Row, include: ScanRequest['include']): VectorRecord {
  const whole = include.includes('metadata');
  return {
    id: row.id,
    // A copy: what SQLite hands out need not begin where a float may.
    vectors: include.includes('vectors') ? { '': new Float32Array(row.embedding.slice().buffer) } : {},
    metadata: whole ? (parseJson(row.fields) as Metadata) : {},
    ...(whole && row.body !== null && { document: JSON.parse(row.body) as string }),
  };
}
