import { rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CollectionSchema, VectorRecord } from '@vsm/core/adapter';
import { readIfThere, replaceFile, syncFolder } from './durable.ts';
import { toVsmError } from './errors.ts';
import type { FieldKind } from './field-kinds.ts';
import { Journal, journalFolder } from './journal.ts';
import { JsonlWriter } from './jsonl/jsonl-writer.ts';
import type { LiveRecords } from './live-records.ts';
import { MANIFEST_VERSION, manifestPath, type Manifest, type OwnLayout } from './manifest.ts';
import type { Format } from './options.ts';
import { vectorColumns } from './parquet/own-schema.ts';
import { ParquetWriter } from './parquet/parquet-writer.ts';
import type { RecordWriter } from './record-writer.ts';

const DATA = 'data';
const MANIFEST = 'manifest.json';

/**
 * Writes the file beside its place, then puts file and manifest there, then removes the journal. A crash between any two steps
 * leaves either the old file with the journal, or a new file that {@link resumeFinish} completes.
 */
export async function writeFile(
  place: { readonly path: string; readonly format: Format },
  journal: Journal,
  schema: CollectionSchema,
  live: LiveRecords,
  pages: AsyncIterable<readonly VectorRecord[]>,
): Promise<void> {
  const data = join(journal.folder, DATA);
  const vectors = vectorColumns(Object.keys(schema.vectors));
  const fields = place.format === 'parquet' ? live.kinds.columns(new Set(Object.values(vectors))) : {};
  // A manifest of an attempt that failed must not be taken for that of this one.
  await rm(join(journal.folder, MANIFEST), { force: true });
  const layout: OwnLayout = { version: MANIFEST_VERSION, schema, vectors, fields };
  const writer = await openWriter(place.format, data, layout, hasNamespaces(live));
  const namespaces = Object.fromEntries(live.namespaces);
  try {
    for await (const records of pages) await writer.write(records);
  } catch (cause) {
    await writer.abandon();
    throw cause;
  }
  const file = await writer.finish();
  const manifest: Manifest = {
    version: MANIFEST_VERSION,
    createdBy: 'vsm',
    generation: journal.head.generation,
    records: live.count,
    namespaces,
    schema,
    fields: fields satisfies Readonly<Record<string, FieldKind>>,
    file,
  };
  await replaceFile(join(journal.folder, MANIFEST), `${JSON.stringify(manifest, undefined, 2)}\n`);
  await moveIntoPlace(place.path, journal.folder);
  await journal.remove();
}

function hasNamespaces({ namespaces }: LiveRecords): boolean {
  return [...namespaces.keys()].some((namespace) => namespace !== '');
}

async function openWriter(format: Format, path: string, layout: OwnLayout, namespaces: boolean): Promise<RecordWriter> {
  return format === 'parquet' ? ParquetWriter.create(path, layout, namespaces) : JsonlWriter.create(path, format);
}

/** Completes what a crash interrupted after the new file was in its place, and before its manifest was. */
export async function resumeFinish(path: string): Promise<void> {
  const folder = journalFolder(path);
  if ((await readIfThere(join(folder, MANIFEST))) === undefined || (await exists(join(folder, DATA)))) return;
  const journal = await Journal.open(path);
  if (journal === undefined) return;
  await journal.claim();
  await moveIntoPlace(path, folder);
  await journal.remove();
}

async function moveIntoPlace(path: string, folder: string): Promise<void> {
  try {
    if (await exists(join(folder, DATA))) await rename(join(folder, DATA), path);
    await rename(join(folder, MANIFEST), manifestPath(path));
    await syncFolder(dirname(path));
  } catch (cause) {
    throw toVsmError(cause, `write ${path}`);
  }
}

/** Deletes a file of ours with everything that belongs to it. The manifest goes last: what is left is still known as ours. */
export async function removeFile(path: string, journal: Journal | undefined): Promise<void> {
  try {
    await journal?.remove();
    await rm(path, { force: true });
    await rm(manifestPath(path), { force: true });
  } catch (cause) {
    throw toVsmError(cause, `delete ${path}`);
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
