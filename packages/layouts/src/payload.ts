import { own, type Capabilities, type VectorRecord } from '@vsm/core/adapter';
import type { StoredRecord } from './stored-record.ts';
import type { LayoutStore } from './form.ts';
import { merged, without } from './values.ts';

/**
 * The one rule by which layouts look at records: in stores that keep the text among the other fields, a layout sees all fields,
 * and which of them the adapter shows as `document` makes no difference.
 */
export interface TextPlace {
  /** The field that the adapter shows as the document; `undefined`: none, the document is apart. */
  readonly field: string | undefined;
}

/** What the adapters take where nothing is said, so that a backup of such a store is understood too. */
const DOCUMENT_KEYS: Readonly<Partial<Record<LayoutStore, string>>> = { qdrant: 'document', pinecone: 'text' };

export function textPlace(store: LayoutStore, { document }: Pick<Capabilities, 'document'>): TextPlace {
  if (typeof document === 'string') return { field: document };
  return { field: document ? DOCUMENT_KEYS[store] : undefined };
}

export function unfold(record: VectorRecord, { field }: TextPlace): StoredRecord {
  const { metadata, document, ...rest } = record;
  if (field === undefined || document === undefined) {
    return { ...rest, payload: metadata, ...(document !== undefined && { document }) };
  }
  return { ...rest, payload: merged(metadata, { [field]: document }) };
}

export function fold(stored: StoredRecord, { field }: TextPlace): VectorRecord {
  const { payload, ...rest } = stored;
  const text = field === undefined ? undefined : own(payload, field);
  return field === undefined || typeof text !== 'string'
    ? { ...rest, metadata: payload }
    : { ...rest, metadata: without(payload, [field]), document: text };
}
