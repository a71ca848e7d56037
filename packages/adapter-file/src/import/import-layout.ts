import type { CollectionSchema } from '@vsm/core/adapter';
import { MANIFEST_VERSION, type OwnLayout } from '../manifest.ts';
import type { NamespaceFolders } from '../namespace-writer.ts';
import type { ImportForm } from './form.ts';

/** Vendors read several files of a gigabyte sooner than one that is larger, and have limits far above. */
const FILE_BYTES = 2 ** 30;

/** Vectors in the columns of the form, and everything else as text in the column of the metadata. */
export function importLayout(form: ImportForm, schema: CollectionSchema): OwnLayout {
  return {
    version: MANIFEST_VERSION,
    schema,
    vectors: form.columns(schema),
    fields: {},
    texts: [],
    rest: true,
    restAsText: true,
  };
}

export function importFolders({ scheme, folderOf, toStored }: ImportForm): NamespaceFolders {
  return { what: scheme, folderOf, column: false, fileBytes: FILE_BYTES, toStored };
}
