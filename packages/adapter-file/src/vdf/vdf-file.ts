import { basename, dirname } from 'node:path';
import type { CollectionDescription, VectorSchema } from '@vsm/core/adapter';
import { damaged, outside, toVsmError } from '../errors.ts';
import { checkRecords, type Manifest } from '../manifest.ts';
import type { Medium } from '../medium.ts';
import type { FileOptions } from '../options.ts';
import { ParquetFile } from '../parquet/parquet-file.ts';
import { changedFile, PartsFile, type Part } from '../parts-file.ts';
import type { RecordFile } from '../read.ts';
import { metaPath, metricOf, readMeta, type VdfNamespace } from './vdf-meta.ts';
import { entriesOf } from './vdf-writer.ts';

/** An index of a VDF directory: every Parquet file of every namespace. `undefined` where the meta file does not list it. */
export async function openVdf(
  medium: Medium,
  indexFolder: string,
  name: string,
  options: FileOptions,
  manifest: Manifest | undefined,
): Promise<RecordFile | undefined> {
  const root = dirname(indexFolder);
  const meta = await readMeta(medium, metaPath(indexFolder));
  const namespaces = meta !== undefined && Object.hasOwn(meta.indexes, name) ? meta.indexes[name] : undefined;
  if (meta === undefined || namespaces === undefined) return undefined;
  if (manifest !== undefined && JSON.stringify(namespaces) !== JSON.stringify(entriesOf(indexFolder, manifest))) {
    const reason = new Error('what it says about the index is not what was written');
    throw damaged(metaPath(indexFolder), `index "${name}"`, reason, 'Restore it, or delete the manifest of the index.');
  }
  const parts: Part[] = [];
  for (const entry of namespaces) {
    const columns = typeof entry.vector_columns === 'string' ? [entry.vector_columns] : entry.vector_columns;
    const understood: FileOptions = {
      ...options,
      id: options.id ?? meta.id_column ?? undefined,
      vector: options.vector ?? (columns?.length === 0 ? undefined : columns),
      metric: options.metric ?? asFileMetric(entry),
    };
    for (const file of await parquetFiles(medium, root, entry.data_path)) {
      const written = manifest?.files.find((candidate) => medium.below(indexFolder, candidate.name) === file);
      parts.push({
        open: async () => ParquetFile.of(await medium.open(file, written), understood),
        namespace: entry.namespace === '' ? undefined : entry.namespace,
      });
    }
  }
  const file = await PartsFile.open(parts);
  await checkRecords(indexFolder, file, manifest);
  return changedFile(file, {
    describe: async (collection) =>
      manifest === undefined
        ? withMeta(await file.describe(collection), namespaces)
        : { ...manifest.schema, name: collection, notes: ['a VDF directory written by vsm'] },
  });
}

/** Adds what only the meta file knows. */
function withMeta(described: CollectionDescription, namespaces: readonly VdfNamespace[]): CollectionDescription {
  const [first] = namespaces;
  const models = [...new Set(namespaces.flatMap(({ model_name: model }) => (model ? [model] : [])))];
  const vectors =
    Object.keys(described.vectors).length > 0 || first?.dimensions === undefined || first.dimensions < 1
      ? described.vectors
      : { '': { kind: 'dense', dimension: first.dimensions, metric: metricOf(first) } satisfies VectorSchema };
  const expected = namespaces.reduce((total, entry) => total + (entry.exported_vector_count ?? 0), 0);
  const notes = [
    `a VDF directory: ${namespaces.length} namespaces, ${expected} vectors exported as its meta file says`,
    ...(models.length > 0 ? [`embedded with ${models.join(', ')}`] : []),
    ...(described.notes ?? []),
  ];
  return { ...described, vectors, notes };
}

function asFileMetric(entry: VdfNamespace): FileOptions['metric'] {
  const metric = metricOf(entry);
  return metric === 'cosine' || metric === 'euclidean' || metric === 'dot' || metric === 'manhattan'
    ? metric
    : undefined;
}

async function parquetFiles(medium: Medium, root: string, dataPath: string): Promise<string[]> {
  if (dataPath.split(/[/\\]/).includes('..')) throw outside(dataPath, medium.below(root, dataPath), root);
  // Older exporters begin the path with the folder that the user may have renamed since.
  const candidates = [dataPath, ...(dataPath.includes('/') ? [dataPath.slice(dataPath.indexOf('/') + 1)] : [])];
  for (const candidate of candidates.map((path) => medium.below(root, path))) {
    const kind = await medium.kind(candidate);
    if (kind === undefined) continue;
    const files = kind === 'file' ? [candidate] : await filesOf(medium, candidate);
    for (const file of files) await medium.refuseOutside(root, file);
    return files;
  }
  const missing = Object.assign(new Error(`${dataPath}, which ${basename(root)}/VDF_META.json names, is not there`), {
    code: 'ENOENT',
  });
  throw toVsmError(missing, `read ${medium.below(root, dataPath)}`);
}

async function filesOf(medium: Medium, folder: string): Promise<string[]> {
  const names = (await medium.entries(folder)).map(({ name }) => name).filter((name) => name.endsWith('.parquet'));
  // 2.parquet comes before 10.parquet.
  const inOrder = names.toSorted(
    (left, right) => Number.parseInt(left, 10) - Number.parseInt(right, 10) || (left < right ? -1 : 1),
  );
  return inOrder.map((name) => medium.below(folder, name));
}
