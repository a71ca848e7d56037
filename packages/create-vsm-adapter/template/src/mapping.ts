import {
  parseJson,
  stringifyJson,
  type DenseVector,
  type Metadata,
  type ScanRequest,
  type VectorRecord,
} from '@vsm/core/adapter';
import type { Row } from './server.ts';

// TODO 6 (vectors/, metadata/): a record in Acme's form, and back. What the capabilities promise must come back to the bit: 1.0 is not 1,
// an integer of twenty digits is not rounded, and a missing text is not an empty one.

export function toRow(record: VectorRecord): Row {
  return {
    key: record.id,
    values: Float32Array.from(record.vectors[''] as DenseVector),
    fields: stringifyJson(record.metadata),
    text: record.document ?? null,
  };
}

export function toRecord(row: Row, include: ScanRequest['include']): VectorRecord {
  const whole = include.includes('metadata');
  return {
    id: row.key,
    vectors: include.includes('vectors') ? { '': row.values } : {},
    metadata: whole ? (parseJson(row.fields) as Metadata) : {},
    ...(whole && row.text !== null && { document: row.text }),
  };
}
