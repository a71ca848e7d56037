import type { Capabilities, CollectionSchema, Rejection, VectorRecord } from '@vsm/core/adapter';

/** How a vendor wants files that it imports: a folder for each namespace, and in it Parquet with vectors, an id and metadata as text. */
export interface ImportForm {
  /** Of its locations, such as `pinecone-import`. */
  readonly scheme: string;
  readonly capabilities: Capabilities;
  /** @throws UnsupportedError where the vendor has no collection of these vectors */
  readonly check: (schema: CollectionSchema) => void;
  /** Vector name → column. */
  readonly columns: (schema: CollectionSchema) => Readonly<Record<string, string>>;
  /** What the vectors of a directory are called that somebody else made and that has these columns. */
  readonly vectors: (columns: ReadonlySet<string>) => Readonly<Record<string, string>>;
  readonly folderOf: (namespace: string) => string;
  /** The inverse of `folderOf`. */
  readonly namespaceOf: (folder: string) => string;
  /** As it lies in the file: everything but vectors among the metadata. */
  readonly toStored: (record: VectorRecord) => VectorRecord;
  /** The inverse of `toStored`. */
  readonly fromStored: (record: VectorRecord) => VectorRecord;
  /** Why the vendor would refuse the record, so that no import ends with it. */
  readonly refusal: (record: VectorRecord) => Pick<Rejection, 'reason' | 'detail'> | undefined;
}
