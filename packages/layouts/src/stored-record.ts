import type { Metadata, VectorRecord } from '@vsm/core/adapter';

/** A record of a store in one flat object: everything that is neither id, vector nor a text with a place of its own. */
export interface StoredRecord {
  readonly id: string;
  readonly namespace?: string | undefined;
  readonly vectors: VectorRecord['vectors'];
  readonly payload: Metadata;
  readonly document?: string | undefined;
  readonly uri?: string | undefined;
}
