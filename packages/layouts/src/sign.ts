import type { StoredRecord } from './stored-record.ts';

/** One thing that gives a framework away. */
export interface Sign {
  readonly layout: string;
  /** If every record shows it. */
  readonly confidence: number;
  readonly evidence: string;
  /** Absent: the collection as a whole does. */
  readonly shows?: ((record: StoredRecord) => boolean) | undefined;
}

export function sign(layout: string, confidence: number, evidence: string): Sign {
  return { layout, confidence, evidence };
}
