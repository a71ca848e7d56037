import type { LangChainDocument } from './document.ts';

/** The documents of an index, in the order of its vectors. */
export interface Docstore {
  readonly size: number;
  /** The id of a place. */
  idOf(place: number): string;
  document(place: number): LangChainDocument;
  close(): void;
}
