import { constants } from 'node:buffer';
import { basename } from 'node:path';
import {
  checkOptionNames,
  READING_OPTIONS,
  type OptionNames,
  type ReadingOptions,
  type VsmError,
} from '@vsm/core/adapter';
import { invalidOptions } from './errors.ts';

/** With what its fields are, for files that others made: see {@link ReadingOptions}. */
export interface FileOptions extends ReadingOptions {
  /** A file (`docs.parquet`, `docs.jsonl`, `docs.jsonl.gz`, `docs.jsonl.zst`) or a directory of such files. */
  readonly path: string;
  /** Metric for queries over a file that does not tell its own. Default: `cosine`. */
  readonly metric?: 'cosine' | 'euclidean' | 'dot' | 'manhattan' | undefined;
  /** How new collections of a directory are written. Default: `parquet`. */
  readonly format?: Format | undefined;
  /** JSON Lines: a longer line is refused, when it is written as when it is read. Memory must hold some of them. Default: 32 MiB. */
  readonly maxLineBytes?: number | undefined;
  /** Takes an unfinished export from the process that was writing it at once, for whoever knows that it is gone. Default: `false`. */
  readonly takeOver?: boolean | undefined;
}

export const MAX_LINE_BYTES: number = 32 * 1024 * 1024;

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

/** Files of records, or of anything else, that are not written here. */
const OF_OTHERS = /\.(?:json|csv|tsv|txt|arrow|feather|avro|orc|npy|npz|pkl|xlsx|db|sqlite3?|tar|zip|gz|zst|bz2|xz)$/i;

/** Whether a path promises a file that is none of ours. */
export function isOfOthers(path: string): boolean {
  return OF_OTHERS.test(path) && fileName(path) === undefined;
}

/** Of a path that names a file of another kind, whether it is there or not. */
export function otherFile(path: string): VsmError {
  const endings = ENDINGS.map(([ending]) => ending).join(', ');
  return invalidOptions(
    `"${path}" ends in none of ${endings}. Name a file of records so; a folder is meant by file:${path}?collection=NAME, what a framework left by folder:${path}.`,
  );
}

const KNOWN: OptionNames<FileOptions> = {
  path: true,
  ...READING_OPTIONS,
  metric: true,
  format: true,
  maxLineBytes: true,
  takeOver: true,
};

/** @throws VsmError `INVALID_OPTIONS` naming the option that is wrong. */
export function checkOptions(options: FileOptions): FileOptions {
  checkOptionNames('file', options, KNOWN);
  if (typeof options.path !== 'string' || options.path === '') throw invalidOptions('the option "path" is missing');
  if (options.format !== undefined && !ENDINGS.some(([, format]) => format === options.format)) {
    throw invalidOptions(`the format "${options.format}" is not one of parquet, jsonl, jsonl.gz, jsonl.zst`);
  }
  const { maxLineBytes } = options;
  // A line is read as one text, and Node has none that is longer.
  if (maxLineBytes !== undefined && !(maxLineBytes >= 1 && maxLineBytes <= constants.MAX_STRING_LENGTH)) {
    throw invalidOptions(`"maxLineBytes" is ${maxLineBytes}, but must be from 1 to ${constants.MAX_STRING_LENGTH}`);
  }
  return options;
}
