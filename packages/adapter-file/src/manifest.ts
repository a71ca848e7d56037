import type { CollectionSchema } from '@vsm/core/adapter';
import type { Expected } from './byte-source.ts';
import { damaged } from './errors.ts';
import type { FieldColumns } from './field-kinds.ts';
import { seal, unseal } from './sealed.ts';
import { shapeProblem } from './shape.ts';

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
  /** Where that is text to everybody else, and not JSON. */
  readonly restAsText?: boolean | undefined;
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
  /** Bytes of the longest line, where the file has lines. */
  readonly longestLine?: number | undefined;
  readonly files: readonly ({ readonly name: string; readonly sha256: string } & Expected)[];
}

export function manifestPath(file: string): string {
  return `${file}.vsm.json`;
}

/** As text that ends with a hash over all of it: a manifest vouches for a file, and for itself. */
export function printManifest(manifest: Manifest): string {
  return seal(JSON.stringify(manifest, undefined, 2));
}

/** The manifest of a file, `undefined` where somebody else made the file. */
export async function readManifest(
  medium: { read(path: string): Promise<string | undefined> },
  path: string,
): Promise<Manifest | undefined> {
  const text = await medium.read(path);
  return text === undefined ? undefined : parseManifest(path, text);
}

export function parseManifest(path: string, text: string): Manifest {
  const advice = 'Restore it, or delete it to read the file without its settings and checksums.';
  const body = unseal(text);
  if (body === undefined) throw damaged(path, 'manifest', new Error(NOT_AS_WRITTEN), advice);
  const manifest = JSON.parse(body) as Manifest;
  const problem = shapeProblem(manifest, 'manifest', MANIFEST_VERSION);
  if (problem !== undefined) throw damaged(path, 'manifest', new Error(problem), advice);
  if (manifest.version > MANIFEST_VERSION)
    throw damaged(path, 'manifest', tooNew(manifest.version), 'Use a newer release.');
  return manifest;
}

/** Of a directory: a file that was taken away or put there besides is no change of any file that the manifest has sums of. The file is closed where it does not fit. */
export async function checkRecords(
  path: string,
  file: { count(): Promise<number>; close(): Promise<void> },
  manifest: Pick<Manifest, 'records'> | undefined,
): Promise<void> {
  const records = await file.count();
  if (manifest === undefined || records === manifest.records) return;
  await file.close();
  const reason = new Error(`its files hold ${records} records, and ${manifest.records} were written`);
  throw damaged(
    path,
    'files',
    reason,
    'Restore the directory as it was written, or delete its manifest to read what is there.',
  );
}

export const NOT_AS_WRITTEN = 'it is not as it was written (its own hash differs)';

export function tooNew(version: number, known: number = MANIFEST_VERSION): Error {
  return new Error(`it has version ${version}, and this release knows ${known}`);
}
