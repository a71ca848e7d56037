import { basename } from 'node:path';
import { invalidOptions } from './errors.ts';

export interface FileOptions {
  /** A file (`docs.parquet`, `docs.jsonl`, `docs.jsonl.gz`, `docs.jsonl.zst`) or a directory of such files. */
  readonly path: string;
  /** Column or key that holds the id. Default: `id`, `_id` or `ID`. */
  readonly idColumn?: string | undefined;
  /** Columns or keys that hold vectors. Default: found by type and name. */
  readonly vectorColumns?: readonly string[] | undefined;
  /** Column or key that holds the text. Default: `document`, else `text`, else `content`. */
  readonly documentColumn?: string | undefined;
  /** Column or key that holds the namespace. Default: `namespace`. */
  readonly namespaceColumn?: string | undefined;
  /** Metric for queries over a file that does not tell its own. Default: `cosine`. */
  readonly metric?: 'cosine' | 'euclidean' | 'dot' | 'manhattan' | undefined;
  /** How new collections of a directory are written. Default: `parquet`. */
  readonly format?: Format | undefined;
}

export type Format = 'parquet' | 'jsonl' | 'jsonl.gz' | 'jsonl.zst';

const ENDINGS: readonly (readonly [string, Format])[] = [
  ['.parquet', 'parquet'],
  ['.pq', 'parquet'],
  ['.jsonl', 'jsonl'],
  ['.ndjson', 'jsonl'],
  ['.jsonl.gz', 'jsonl.gz'],
  ['.ndjson.gz', 'jsonl.gz'],
  ['.jsonl.zst', 'jsonl.zst'],
  ['.ndjson.zst', 'jsonl.zst'],
];

export interface FileName {
  /** The collection: the base name without its endings. */
  readonly name: string;
  readonly format: Format;
}

/** What a file is called and holds; `undefined` for a file that is none of ours. Hidden files are never a collection. */
export function fileName(path: string): FileName | undefined {
  const base = basename(path);
  const ending = ENDINGS.find(([candidate]) => base.toLowerCase().endsWith(candidate));
  if (ending === undefined || base.startsWith('.') || base.length === ending[0].length) return undefined;
  return { name: base.slice(0, -ending[0].length), format: ending[1] };
}

const KNOWN: Readonly<Record<keyof FileOptions, true>> = {
  path: true,
  idColumn: true,
  vectorColumns: true,
  documentColumn: true,
  namespaceColumn: true,
  metric: true,
  format: true,
};

/** @throws VsmError `INVALID_OPTIONS` naming the option that is wrong. */
export function checkOptions(options: FileOptions): FileOptions {
  if (typeof options.path !== 'string' || options.path === '') throw invalidOptions('the option "path" is missing');
  for (const key of Object.keys(options)) {
    if (!Object.hasOwn(KNOWN, key)) {
      throw invalidOptions(`there is no option "${key}". Known: ${Object.keys(KNOWN).join(', ')}`);
    }
  }
  if (options.format !== undefined && !ENDINGS.some(([, format]) => format === options.format)) {
    throw invalidOptions(`the format "${options.format}" is not one of parquet, jsonl, jsonl.gz, jsonl.zst`);
  }
  return options;
}
