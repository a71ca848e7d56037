import type { Connection } from '@lancedb/lancedb';
import { invalidOptions } from './errors.ts';

export interface LanceDbOptions {
  /** A directory, or `s3://…`, `gs://…`, `az://…`. */
  readonly uri?: string | undefined;
  /** Settings of the object storage, credentials included. They never appear in messages. */
  readonly storageOptions?: Readonly<Record<string, string>> | undefined;
  /** A connection of your own instead of `uri`. It stays open. */
  readonly connection?: Connection | undefined;
  /** Column that holds the id in tables made by others. Default: `id`, `_id` or `ID`. */
  readonly idColumn?: string | undefined;
  /** Column that holds the text there. Default: `document`, else `text`, else `content`. */
  readonly documentColumn?: string | undefined;
  /** Column that holds the namespace there. Default: none. */
  readonly namespaceColumn?: string | undefined;
  /** Takes a table from the process that was writing it at once, for whoever knows that it is gone. Default: `false`. */
  readonly takeOver?: boolean | undefined;
}

const KNOWN: Readonly<Record<keyof LanceDbOptions, true>> = {
  uri: true,
  storageOptions: true,
  connection: true,
  idColumn: true,
  documentColumn: true,
  namespaceColumn: true,
  takeOver: true,
};

/** @throws VsmError `INVALID_OPTIONS` naming the option that is wrong. */
export function checkOptions(options: LanceDbOptions): LanceDbOptions {
  const unknown = Object.keys(options).find((key) => !Object.hasOwn(KNOWN, key));
  if (unknown !== undefined) {
    throw invalidOptions(`there is no option "${unknown}". Known: ${Object.keys(KNOWN).join(', ')}`);
  }
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
