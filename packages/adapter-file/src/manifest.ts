import type { CollectionSchema } from '@vsm/core/adapter';
import type { Checksums } from './byte-source.ts';
import { readIfThere } from './durable.ts';
import { damaged } from './errors.ts';
import type { FieldColumns } from './field-kinds.ts';

export const MANIFEST_VERSION = 1;

/** What a file of ours holds and where. It lies in a Parquet file itself too, which can be moved without its manifest. */
export interface OwnLayout {
  readonly version: number;
  readonly schema: CollectionSchema;
  /** Vector name → column. */
  readonly vectors: Readonly<Record<string, string>>;
  /** Metadata key, which is the column too → what every value in it is. Everything else is JSON in `metadata`. */
  readonly fields: FieldColumns;
  /** Which texts beside the metadata some record has. */
  readonly texts: readonly TextColumn[];
  /** Whether some record has metadata beside `fields`. */
  readonly rest: boolean;
}

export type TextColumn = 'document' | 'uri';

/** What lies beside a file that we wrote, as `<file>.vsm.json`. */
export interface Manifest extends OwnLayout {
  readonly createdBy: string;
  /** Counts up with every rewriting of the file, so that a cursor of an older content is recognised. */
  readonly generation: number;
  readonly records: number;
  /** Records by namespace. */
  readonly namespaces: Readonly<Record<string, number>>;
  readonly files: readonly {
    readonly name: string;
    readonly bytes: number;
    readonly sha256: string;
    readonly checksums: Checksums;
  }[];
}

export function manifestPath(file: string): string {
  return `${file}.vsm.json`;
}

/** The manifest of a file, `undefined` where somebody else made the file. */
export async function readManifest(file: string): Promise<Manifest | undefined> {
  const path = manifestPath(file);
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  let manifest: Manifest;
  try {
    manifest = JSON.parse(text) as Manifest;
  } catch (cause) {
    throw damaged(path, 'manifest', cause, 'Restore it, or delete it to read the file without its settings.');
  }
  if (manifest.version > MANIFEST_VERSION) {
    const reason = new Error(`it has version ${manifest.version}, and this release knows ${MANIFEST_VERSION}`);
    throw damaged(path, 'manifest', reason, 'Use a newer release.');
  }
  return manifest;
}
