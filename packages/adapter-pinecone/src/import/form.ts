import type { ImportForm } from '@vsm/adapter-file/import';
import { isSparse, stringifyJson, type CollectionSchema, type Rejection, type VectorRecord } from '@vsm/core/adapter';
import { capabilities } from '../capabilities.ts';
import { folderOf, folderProblem, namespaceOf } from './folders.ts';
import { splitDocument, withDocument } from '../mapping.ts';
import { fromWireName, toWireName } from '../names.ts';
import { checkVectors } from '../schema.ts';
import { wireProblem } from '../write.ts';

/** https://docs.pinecone.io/guides/index-data/indexing-overview: of a sparse vector no more entries are kept. */
const SPARSE_ENTRIES = 2048;

/** As `start_import` reads Parquet: https://docs.pinecone.io/guides/index-data/import-data. */
export function importForm(documentKey: string | false, sparseName: string): ImportForm {
  const toStored = (record: VectorRecord): VectorRecord => ({
    id: toWireName(record.id),
    vectors: record.vectors,
    metadata: withDocument(record, documentKey),
  });
  return {
    scheme: 'pinecone-import',
    capabilities: {
      ...capabilities(documentKey),
      // Those of a file, and not of the service.
      scan: 'stable',
      readAfterWrite: 'immediate',
    },
    check: checkVectors,
    columns: ({ vectors }: CollectionSchema) =>
      Object.fromEntries(
        Object.entries(vectors).map(([name, { kind }]) => [name, kind === 'sparse' ? 'sparse_values' : 'values']),
      ),
    vectors: (columns) => ({
      ...(columns.has('values') && { '': 'values' }),
      ...(columns.has('sparse_values') && { [columns.has('values') ? sparseName : '']: 'sparse_values' }),
    }),
    folderOf,
    namespaceOf,
    toStored,
    fromStored: ({ id, metadata, ...record }) => ({
      ...record,
      id: fromWireName(id),
      ...splitDocument(metadata, documentKey),
    }),
    refusal: (record) => refusalOf(record, toStored(record)),
  };
}

function refusalOf(record: VectorRecord, stored: VectorRecord): Pick<Rejection, 'reason' | 'detail'> | undefined {
  const problem = wireProblem(record, { id: stored.id, metadata: stringifyJson(stored.metadata) });
  if (problem !== undefined) return problem;
  const vectors = Object.values(record.vectors);
  const entries = Math.max(0, ...vectors.filter(isSparse).map(({ indices }) => indices.length));
  if (entries > SPARSE_ENTRIES)
    return { reason: 'too-large', detail: `a sparse vector has ${entries} entries, over ${SPARSE_ENTRIES}` };
  const detail = folderProblem(record.namespace ?? '');
  return detail === undefined ? undefined : { reason: 'refused', detail };
}
