import { dirname } from 'node:path';
import { own, type Metric } from '@vsm/core/adapter';
import { damaged } from '../errors.ts';
import type { Medium } from '../medium.ts';

/** One namespace of an index, as `VDF_META.json` describes it (vector-io, meta_types.py). */
export interface VdfNamespace {
  readonly namespace: string;
  readonly index_name?: string | undefined;
  readonly total_vector_count?: number | undefined;
  readonly exported_vector_count?: number | undefined;
  /** -1 where the exporter did not know it. */
  readonly dimensions?: number | undefined;
  readonly model_name?: string | null | undefined;
  /** Some exporters write the one name without a list. */
  readonly vector_columns?: readonly string[] | string | undefined;
  /** Relative to the folder of the meta file; older exporters begin it with the name of that folder. */
  readonly data_path: string;
  readonly metric?: string | null | undefined;
}

export interface VdfMeta {
  readonly version: string;
  readonly file_structure: readonly string[];
  readonly author: string;
  readonly exported_from: string;
  readonly indexes: Readonly<Record<string, readonly VdfNamespace[]>>;
  readonly exported_at: string;
  readonly id_column?: string | null | undefined;
}

const EMPTY: VdfMeta = {
  // The release of vector-io whose format this is: its importer warns about newer ones.
  version: '0.1.248',
  file_structure: [],
  author: '',
  exported_from: 'vsm',
  indexes: {},
  exported_at: '',
};

const METRICS: Readonly<Record<string, Metric>> = {
  cosine: 'cosine',
  euclid: 'euclidean',
  euclidean: 'euclidean',
  l2: 'euclidean',
  dot: 'dot',
  ip: 'dot',
  manhattan: 'manhattan',
};

/** The meta file beside the folder of an index. */
export function metaPath(indexFolder: string): string {
  return `${dirname(indexFolder)}/VDF_META.json`;
}

export function metricOf({ metric }: VdfNamespace): Metric | undefined {
  return typeof metric === 'string' ? own(METRICS, metric.toLowerCase()) : undefined;
}

export function metricName(metric: Metric | undefined): string | null {
  const name = Object.keys(METRICS).find((candidate) => METRICS[candidate] === metric);
  return name === undefined ? null : name.charAt(0).toUpperCase() + name.slice(1);
}

/** `undefined` where there is none. */
export async function readMeta(medium: Medium, path: string): Promise<VdfMeta | undefined> {
  return parseMeta(path, await medium.read(path));
}

function parseMeta(path: string, text: string | undefined): VdfMeta | undefined {
  if (text === undefined) return undefined;
  try {
    const meta = JSON.parse(text) as VdfMeta;
    if (typeof meta.indexes !== 'object' || meta.indexes === null) throw new Error('it has no "indexes"');
    return meta;
  } catch (cause) {
    throw damaged(path, 'VDF_META.json', cause, 'Export the data set again.');
  }
}

/** Two collections of this process must not overwrite each other's entries. */
let changing: Promise<unknown> = Promise.resolve();

/** Sets or removes one index; what others wrote there stays. */
export async function changeMeta(
  medium: Medium,
  path: string,
  index: string,
  namespaces: readonly VdfNamespace[] | undefined,
): Promise<void> {
  const change = changing.then(() =>
    medium.change(path, (text) => withIndex(parseMeta(path, text), index, namespaces)),
  );
  changing = change.catch(() => undefined);
  await change;
}

function withIndex(meta: VdfMeta = EMPTY, index: string, namespaces: readonly VdfNamespace[] | undefined): string {
  const { [index]: _, ...others } = meta.indexes;
  const indexes = namespaces === undefined ? others : { ...others, [index]: namespaces };
  const paths = Object.values(indexes).flatMap((entries) => entries.map((entry) => entry.data_path));
  const changed: VdfMeta = {
    ...meta,
    indexes,
    file_structure: [...new Set(paths)],
    exported_at: new Date().toISOString(),
  };
  return `${JSON.stringify(changed, undefined, 2)}\n`;
}

/** Takes an index out of the meta file of its directory, where there is one. */
export async function renounce(medium: Medium, indexFolder: string, index: string): Promise<void> {
  const path = metaPath(indexFolder);
  if ((await medium.stamp(path)) !== undefined) await changeMeta(medium, path, index, undefined);
}
