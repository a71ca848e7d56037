import type { Connection } from '@lancedb/lancedb';
import { checkOptionNames, READING_OPTIONS, type OptionNames, type ReadingOptions } from '@vsm/core/adapter';
import { invalidOptions } from './errors.ts';

/** With what its fields are, for tables that others made: see {@link ReadingOptions}. */
export interface LanceDbOptions extends Omit<ReadingOptions, 'uri'> {
  /** A directory, or `s3://…`, `gs://…`, `az://…`. */
  readonly uri?: string | undefined;
  /** `uri` of {@link ReadingOptions}, whose name stands for the place here; in a location it is `uri=…` as everywhere. */
  readonly uriField?: string | undefined;
  /** Settings of the object storage, credentials included. They never appear in messages. */
  readonly storageOptions?: Readonly<Record<string, string>> | undefined;
  /** A connection of your own instead of `uri`. It stays open. */
  readonly connection?: Connection | undefined;
  /** Takes a table from the process that was writing it at once, for whoever knows that it is gone. Default: `false`. */
  readonly takeOver?: boolean | undefined;
}

/** Here `uri` is where the database lies, and `uriField` the field. */
const KNOWN: OptionNames<LanceDbOptions> = {
  storageOptions: true,
  connection: true,
  ...READING_OPTIONS,
  uriField: true,
  takeOver: true,
};

/** @throws VsmError `INVALID_OPTIONS` naming the option that is wrong. */
export function checkOptions(options: LanceDbOptions): LanceDbOptions {
  checkOptionNames('lancedb', options, KNOWN);
  if ((options.uri === undefined || options.uri === '') === (options.connection === undefined)) {
    throw invalidOptions('give either "uri" or "connection"');
  }
  return options;
}

/** The engine panics at other names instead of answering. */
export function checkName(name: string): void {
  if (/^[\w.-]+$/.test(name) && !/^\.+$/.test(name)) return;
  throw invalidOptions(`"${name}" cannot be the name of a table: letters, digits, "_", "-" and "." only`);
}
