import { mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { own, type VectorRecord } from '@vsm/core/adapter';
import { syncFolder } from '@vsm/core/files';
import { invalidOptions, toVsmError } from '../errors.ts';
import { encodeName } from '../file-names.ts';
import type { Manifest, OwnLayout } from '../manifest.ts';
import type { Medium } from '../medium.ts';
import type { Written } from '../output-file.ts';
import { ParquetWriter } from '../parquet/parquet-writer.ts';
import type { RecordWriter } from '../record-writer.ts';
import { changeMeta, metaPath, metricName, type VdfNamespace } from './vdf-meta.ts';

/** Each namespace is a file that is open for as long as the export is written. */
const MOST_NAMESPACES = 500;
const BUFFERED_BYTES = 64 * 1024 * 1024;
const DEFAULT_FOLDER = '_default';

/** Writes one Parquet file for each namespace of an index. */
export class VdfWriter implements RecordWriter {
  readonly #writers: ReadonlyMap<string, { readonly file: string; readonly writer: ParquetWriter }>;

  private constructor(writers: ReadonlyMap<string, { readonly file: string; readonly writer: ParquetWriter }>) {
    this.#writers = writers;
  }

  static async create(folder: string, layout: OwnLayout, namespaces: readonly string[]): Promise<VdfWriter> {
    const all = namespaces.length === 0 ? [''] : namespaces;
    if (all.length > MOST_NAMESPACES) {
      throw invalidOptions(
        `VDF keeps a file for each namespace, and ${all.length} are too many (limit ${MOST_NAMESPACES}); write Parquet instead`,
      );
    }
    const writers = new Map<string, { file: string; writer: ParquetWriter }>();
    for (const namespace of all) {
      const file = join(namespaceFolder(namespace), '1.parquet');
      const path = join(folder, file);
      await mkdir(dirname(path), { recursive: true }).catch((cause: unknown) => {
        throw toVsmError(cause, `make ${dirname(path)}`);
      });
      const groupBytes = Math.floor(BUFFERED_BYTES / all.length);
      writers.set(namespace, { file, writer: await ParquetWriter.create(path, layout, namespace !== '', groupBytes) });
    }
    return new VdfWriter(writers);
  }

  async write(records: readonly VectorRecord[]): Promise<void> {
    for (const [namespace, group] of Map.groupBy(records, (record) => record.namespace ?? '')) {
      await this.#writers.get(namespace)?.writer.write(group);
    }
  }

  async finish(): Promise<readonly Written[]> {
    const written: Written[] = [];
    for (const { file, writer } of this.#writers.values()) {
      for (const part of await writer.finish()) {
        await syncFolder(dirname(part.path));
        written.push({ ...part, name: file });
      }
    }
    return written;
  }

  async abandon(): Promise<void> {
    for (const { writer } of this.#writers.values()) await writer.abandon();
  }
}

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
