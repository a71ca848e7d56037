import { basename } from 'node:path';
import { own } from '@vsm/core/adapter';
import { encodeName } from '../file-names.ts';
import type { Manifest } from '../manifest.ts';
import type { Medium } from '../medium.ts';
import type { NamespaceFolders } from '../namespace-writer.ts';
import { changeMeta, metaPath, metricName, type VdfNamespace } from './vdf-meta.ts';

const DEFAULT_FOLDER = '_default';

export const VDF_FOLDERS: NamespaceFolders = {
  what: 'VDF',
  folderOf: namespaceFolder,
  column: true,
  fileBytes: Number.POSITIVE_INFINITY,
  toStored: (record) => record,
};

function namespaceFolder(namespace: string): string {
  return namespace === '' ? DEFAULT_FOLDER : encodeName(namespace).replace(/^_/, '%5F');
}

/** Lists an index that was put in its place in the meta file of its directory. */
export async function announce(medium: Medium, indexFolder: string, manifest: Manifest): Promise<void> {
  await changeMeta(medium, metaPath(indexFolder), manifest.schema.name, entriesOf(indexFolder, manifest));
}

/** The namespaces of an index of ours, as the meta file lists them. */
export function entriesOf(indexFolder: string, { schema, namespaces, vectors }: Manifest): readonly VdfNamespace[] {
  const dense = Object.entries(schema.vectors).filter(([, vector]) => vector.kind === 'dense');
  const first = dense[0]?.[1];
  const counts = Object.entries(namespaces);
  return (counts.length === 0 ? [['', 0] as const] : counts).map(([namespace, count]): VdfNamespace => ({
    namespace,
    index_name: schema.name,
    total_vector_count: count,
    exported_vector_count: count,
    dimensions: first?.kind === 'dense' ? (first.dimension ?? -1) : -1,
    model_name: '',
    vector_columns: dense.map(([name]) => own(vectors, name) ?? name),
    data_path: `${basename(indexFolder)}/${namespaceFolder(namespace)}`,
    metric: first?.kind === 'dense' ? metricName(first.metric) : null,
  }));
}
