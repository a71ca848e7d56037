import { rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { CollectionSchema, VectorRecord } from '@vsm/core/adapter';
import { writeDurably } from '@vsm/core/files';
import { attempt } from './errors.ts';
import { doublesOf } from './doubles.ts';
import type { Journal } from './journal.ts';
import { JsonlWriter } from './jsonl/jsonl-writer.ts';
import type { LiveRecords } from './live-records.ts';
import { importFolders, importLayout } from './import/import-layout.ts';
import { layoutOf } from './layout.ts';
import { printManifest, type Manifest, type OwnLayout } from './manifest.ts';
import { isDirectory, type Written } from './medium.ts';
import { NamespaceWriter } from './namespace-writer.ts';
import { ParquetWriter } from './parquet/parquet-writer.ts';
import type { Place } from './place.ts';
import type { RecordWriter } from './record-writer.ts';
import { VDF_FOLDERS } from './vdf/vdf-writer.ts';

const DATA = 'data';
const MANIFEST = 'manifest.json';

/**
 * Writes the file beside its place, then puts file and manifest there, then removes the journal. A crash between any two steps
 * leaves either the old file with the journal, or a new file that {@link finishWriting} puts in its place.
 */
export async function writeFile(
  place: Place,
  journal: Journal,
  schema: CollectionSchema,
  live: LiveRecords,
  pages: AsyncIterable<readonly VectorRecord[]>,
): Promise<void> {
  const layout = place.form === undefined ? layoutOf(schema, live) : importLayout(place.form, schema);
  // What an attempt that failed left must not be taken for that of this one.
  for (const leftOver of [MANIFEST, DATA]) await rm(join(journal.folder, leftOver), { recursive: true, force: true });
  const namespaces = Object.fromEntries(live.namespaces);
  const writer = await openWriter(place, join(journal.folder, DATA), layout, Object.keys(namespaces));
  try {
    for await (const records of pages) await writer.write(records);
  } catch (cause) {
    await writer.abandon();
    throw cause;
  }
  const written = await writer.finish();
  const manifest: Manifest = {
    ...layout,
    createdBy: 'vsm',
    generation: journal.head.generation,
    records: live.count,
    namespaces,
    longestLine: written[0]?.longestLine,
    files: written.map(({ name, bytes, sha256, checksums }) => ({
      name: isDirectory(place.format) ? name : basename(place.path),
      bytes,
      sha256,
      checksums,
    })),
  };
  const text = printManifest(manifest);
  await attempt(`write ${journal.folder}`, () => writeDurably(join(journal.folder, MANIFEST), text));
  await finishWriting(place, journal);
}

async function openWriter(
  { format, form }: Place,
  path: string,
  layout: OwnLayout,
  namespaces: readonly string[],
): Promise<RecordWriter> {
  if (isDirectory(format)) {
    return NamespaceWriter.create(path, layout, namespaces, form === undefined ? VDF_FOLDERS : importFolders(form));
  }
  if (format !== 'parquet') return JsonlWriter.create(path, format, doublesOf(layout.schema));
  return ParquetWriter.create(
    path,
    layout,
    namespaces.some((namespace) => namespace !== ''),
  );
}

/** Whether everything was written, so that it only has to be put in its place. */
export async function isWritten(journal: Journal): Promise<boolean> {
  return stat(join(journal.folder, MANIFEST)).then(
    () => true,
    () => false,
  );
}

/** The manifest of a new file that is in its place already, while the manifest is not: what a crash between the two leaves. */
export async function waitingManifest(place: Place, journal: Journal): Promise<Manifest | undefined> {
  return place.medium.waiting(place, writtenOf(journal));
}

/** Whether the file that is in its place is what was written to this journal: a crash came before it was removed. */
export async function isDelivered(place: Place, journal: Journal, inPlace: Manifest | undefined): Promise<boolean> {
  if (inPlace?.generation !== journal.head.generation) return false;
  return place.medium.isDelivered(inPlace, writtenOf(journal));
}

/** Puts what was written in its place, also what another process wrote before a crash. */
export async function finishWriting(place: Place, journal: Journal): Promise<void> {
  await journal.claim();
  await place.medium.deliver(place, writtenOf(journal));
  await journal.remove();
}

/** Deletes a collection of ours, finished or not. */
export async function removeFile(place: Place, journal: Journal | undefined): Promise<void> {
  await attempt(`delete ${place.path}`, async () => journal?.remove());
  await place.medium.remove(place);
}

function writtenOf({ folder, head }: Journal): Written {
  return { folder, data: DATA, manifest: MANIFEST, replaces: head.replaces };
}
