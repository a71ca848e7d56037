import type { Metadata, VectorRecord } from '@vsm/core/adapter';

/** One entry as its application thinks of it, whatever the store: what a framework hands out after a search. */
export interface AppDocument {
  /** The application's own id, without what a framework puts in front of it or makes of it in some stores. */
  readonly id: string;
  /** Absent where the record has none, which is not the empty text. */
  readonly text?: string | undefined;
  readonly metadata: Metadata;
  /** Under the names of the store it was read from. */
  readonly vectors: VectorRecord['vectors'];
  /** Tenant, data set or logical collection, where the store holds several in one. */
  readonly scope?: string | undefined;
  /** The id of the document that this is a chunk of, where the framework keeps it (LlamaIndex). */
  readonly source?: string | undefined;
  readonly node?: AppNode | undefined;
  /** Fields that the framework keeps beside text and metadata, such as `blob` of Haystack. */
  readonly extra?: Metadata | undefined;
  readonly uri?: string | undefined;
}

/** The node of LlamaIndex, which it keeps as JSON text. */
export interface AppNode {
  /** The JSON text, with the text of the node in it, and otherwise as the framework wrote it. */
  readonly content: string;
  /** Such as `TextNode`. */
  readonly type: string;
}
