import { damaged } from '../errors.ts';
import type { LangChainDocument } from './document.ts';

/** The documents of an index, in the order of its vectors. */
export interface Docstore {
  readonly size: number;
  /** The id of a place. */
  idOf(place: number): string;
  document(place: number): LangChainDocument;
  close(): void;
}

/** @throws VsmError where an index has more vectors than the documents have ids for, as when only one of the two was written */
export function checkAllNamed(index: string, vectors: number, { size }: Docstore): void {
  if (size < vectors) throw damaged(index, `it has ${vectors} vectors, and the document store names ${size} of them`);
}
