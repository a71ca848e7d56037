import { VsmError } from '@vsm/core/adapter';
import { damaged } from '../errors.ts';
import { checkRecords, type Manifest } from '../manifest.ts';
import type { FileOptions } from '../options.ts';
import { ParquetFile } from '../parquet/parquet-file.ts';
import { readTogether } from '../partitions.ts';
import { changedFile, PartsFile } from '../parts-file.ts';
import type { Medium, Spot } from '../medium.ts';
import type { RecordFile } from '../read.ts';
import type { ImportForm } from './form.ts';

const MISSING_ADVICE =
  'A run is still sending them, or was killed: "vsm resume" goes on with it, on the machine where it ran. Of a directory that was being deleted, delete the rest and its manifest, as of one that nobody goes on with (dropCollection does so).';

/** A directory in the form of a vendor, whoever made it. */
export async function openImport(
  {
    medium,
    path,
    parts,
    root,
  }: Pick<Spot, 'path' | 'root'> & {
    readonly medium: Medium;
    /** Of a directory that somebody else made. */
    readonly parts?: readonly string[] | undefined;
  },
  form: ImportForm,
  options: FileOptions,
  manifest: Manifest | undefined,
): Promise<RecordFile> {
  const names = manifest?.files.map(({ name }) => name) ?? parts ?? [];
  const opened: ParquetFile[] = [];
  const openFile = async (name: string): Promise<ParquetFile> => {
    const file = medium.below(path, name);
    if (root !== undefined) await medium.refuseOutside(root, file);
    const written = manifest?.files.find((candidate) => candidate.name === name);
    try {
      const one = await ParquetFile.of(await medium.open(file, written), options);
      opened.push(one);
      return one;
    } catch (cause) {
      if (manifest === undefined || !VsmError.isInstance(cause) || cause.code !== 'NOT_FOUND') throw cause;
      // In a bucket the manifest comes first, so that nobody takes some of the files for all of them.
      const reason = new Error(`${name}, which its manifest lists, is not there`);
      throw damaged(path, 'files', reason, MISSING_ADVICE);
    }
  };
  const file = await PartsFile.open(
    names.map((name) => ({
      open: () => openFile(name),
      namespace: form.namespaceOf(name.slice(0, name.indexOf('/'))) || undefined,
    })),
  );
  if (manifest === undefined) {
    const facts = await Promise.all(opened.map((one) => one.facts(false)));
    const columns = new Set(facts.flat().map(({ field }) => field));
    readTogether(opened, [], { ...options, id: 'id', vector: form.vectors(columns) });
  }
  await checkRecords(path, file, manifest);
  return withForm(file, form, manifest);
}

/** Turns what the form keeps among the metadata back into what it was. */
function withForm(file: RecordFile, { scheme, fromStored }: ImportForm, manifest: Manifest | undefined): RecordFile {
  return changedFile(file, {
    describe: async (name) =>
      manifest === undefined
        ? { ...(await file.describe(name)), namespaces: true }
        : { ...manifest.schema, name, notes: [`a directory that vsm wrote for ${scheme}`] },
    async read(...request) {
      const page = await file.read(...request);
      return { ...page, records: page.records.map(fromStored) };
    },
    pick: async (positions) => (await file.pick(positions)).map(fromStored),
    // Vectors alone: what the form keeps among the metadata lies there under its own names.
    async witnessRecords(places) {
      const witness = await file.witnessRecords(places);
      return (
        witness && {
          ...witness,
          records: witness.records.map(({ id, vectors }) => ({ id, vectors })),
          unwitnessed: [...witness.unwitnessed, 'the document', 'metadata'],
        }
      );
    },
  });
}
