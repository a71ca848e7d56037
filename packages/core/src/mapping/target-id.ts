import type { VectorRecord } from '../spec/record.ts';
import type { StoreFacts } from '../spec/v1.ts';
import { encodeRecord } from './envelope.ts';
import type { RecordMapping } from './page.ts';

/** What names a record in a collection. */
export type RecordName = Pick<VectorRecord, 'id' | 'namespace'>;

/** The name in the target of a record that the source has by this one, where neither layout nor transform gives it another. */
export function targetId(
  { namespacePolicy }: Pick<RecordMapping, 'namespacePolicy'>,
  { capabilities }: StoreFacts,
  { id, namespace }: RecordName,
): RecordName {
  const bare = { id, ...(namespace !== undefined && { namespace }), vectors: {}, metadata: {} };
  const stored = encodeRecord(bare, { capabilities, namespaces: namespacePolicy });
  return { id: stored.id, ...(stored.namespace !== undefined && { namespace: stored.namespace }) };
}
