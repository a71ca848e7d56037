import { createImport, openImportLocation, type ImportOptions } from '@vsm/adapter-file/import';
import type { DisposableStore, LocationOptions, OpenedLocation } from '@vsm/core/adapter';
import { DOCUMENT_KEY, SPARSE_NAME } from '../options.ts';
import { importForm } from './form.ts';

export interface PineconeImportOptions extends ImportOptions {
  /** The metadata key that holds the text of a record, where it is a string; `false` leaves it in the metadata. Default: `text`. */
  readonly documentKey?: string | false | undefined;
  /** What the sparse vector beside a dense one is called in a directory of others. Default: `sparse`. */
  readonly sparseName?: string | undefined;
}

/**
 * Directories of Parquet files that Pinecone imports, on this machine or in a bucket: each folder of `path` is a collection, with a folder
 * for each namespace.
 */
export function createPineconeImport(options: PineconeImportOptions): DisposableStore {
  const { documentKey = DOCUMENT_KEY, sparseName = SPARSE_NAME, ...rest } = options;
  return createImport(rest, importForm(documentKey, sparseName));
}

/** Opens `pinecone-import:./exports/docs`, `pinecone-import:s3://bucket/exports/docs`, or the folder of several with `?collection=docs`. */
export function openLocation(location: string, options: LocationOptions = {}): OpenedLocation {
  return openImportLocation(location, importForm(DOCUMENT_KEY, SPARSE_NAME), options);
}
