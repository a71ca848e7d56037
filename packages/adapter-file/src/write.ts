import { rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { CollectionSchema, VectorRecord } from '@vsm/core/adapter';
import { readIfThere, syncFolder, writeDurably } from '@vsm/core/files';
import { attempt, toVsmError } from './errors.ts';
import { doublesOf } from './doubles.ts';
import type { Journal } from './journal.ts';
import { JsonlWriter } from './jsonl/jsonl-writer.ts';
import type { LiveRecords } from './live-records.ts';
import { layoutOf } from './layout.ts';
import { manifestPath, parseManifest, printManifest, readManifest, type Manifest, type OwnLayout } from './manifest.ts';
import { ParquetWriter } from './parquet/parquet-writer.ts';
import type { Place } from './place.ts';
import type { RecordWriter } from './record-writer.ts';
import { changeMeta, metaPath } from './vdf/vdf-meta.ts';
import { announce, VdfWriter } from './vdf/vdf-writer.ts';

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
  const layout = layoutOf(schema, live);
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
      name: place.format === 'vdf' ? name : basename(place.path),
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
  { format }: Place,
  path: string,
  layout: OwnLayout,
  namespaces: readonly string[],
): Promise<RecordWriter> {
  if (format === 'vdf') return VdfWriter.create(path, layout, namespaces);
  if (format !== 'parquet') return JsonlWriter.create(path, format, doublesOf(layout.schema));
  return ParquetWriter.create(
    path,
    layout,
    namespaces.some((namespace) => namespace !== ''),
  );
}

/** Whether everything was written, so that it only has to be put in its place. */
export async function isWritten(journal: Journal): Promise<boolean> {
  return exists(join(journal.folder, MANIFEST));
}

/** The manifest of a new file that is in its place already, while the manifest is not: what a crash between the two leaves. */
export async function waitingManifest(journal: Journal): Promise<Manifest | undefined> {
  return (await exists(join(journal.folder, DATA))) ? undefined : readManifest(join(journal.folder, MANIFEST));
}

/** Puts what was written in its place, also what another process wrote before a crash. */
export async function finishWriting(place: Place, journal: Journal): Promise<void> {
  await journal.claim();
  await moveIntoPlace(place, journal.folder);
  await journal.remove();
}

/** Every step can be taken again. */
async function moveIntoPlace(place: Place, folder: string): Promise<void> {
  const { path, format } = place;
  const data = join(folder, DATA);
  const manifest = join(folder, MANIFEST);
  try {
    const text = await readIfThere(manifest);
    if (await exists(data)) {
      // A folder cannot be replaced by another in one step.
      if (format === 'vdf' && (await exists(path))) await rename(path, join(folder, 'old'));
      await rename(data, path);
    }
    await syncFolder(dirname(path));
    if (text === undefined) return;
    if (format === 'vdf') await announce(path, parseManifest(manifest, text));
    await rename(manifest, manifestPath(path));
    await syncFolder(dirname(path));
  } catch (cause) {
    throw toVsmError(cause, `write ${path}`);
  }
}

/** Deletes a collection of ours with everything that belongs to it. The manifest goes last: what is left is still known as ours. */
export async function removeFile({ path, format, name }: Place, journal: Journal | undefined): Promise<void> {
  try {
    await journal?.remove();
    if (format === 'vdf' && (await exists(metaPath(path)))) await changeMeta(metaPath(path), name, undefined);
    await rm(path, { recursive: true, force: true });
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
