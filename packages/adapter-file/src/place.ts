import { basename } from 'node:path';
import { JsonlFile } from './jsonl/jsonl-file.ts';
import { manifestPath, type Manifest } from './manifest.ts';
import type { Medium, Spot } from './medium.ts';
import type { FileOptions } from './options.ts';
import { ParquetFile } from './parquet/parquet-file.ts';
import { PartsFile } from './parts-file.ts';
import { partitionOf, readTogether } from './partitions.ts';
import type { PartOfMany, RecordFile } from './read.ts';
import type { ImportForm } from './import/form.ts';
import { openImport } from './import/import-file.ts';
import { openVdf } from './vdf/vdf-file.ts';
import { metaPath } from './vdf/vdf-meta.ts';

/** Where a collection lies. */
export interface Place extends Spot {
  readonly medium: Medium;
  /** File names of a collection that somebody cut into parts, in order, beside each other in the folder `path`. */
  readonly parts?: readonly string[] | undefined;
  /** Of a directory that a vendor imports. */
  readonly form?: ImportForm | undefined;
}

/** Changes whenever what is there is replaced or written to; `undefined` where there is nothing. */
export async function stampOf({ medium, path, format, parts }: Place): Promise<string | undefined> {
  // The meta file of a VDF directory changes with every other index too.
  if (format === 'vdf') return (await medium.stamp(manifestPath(path))) ?? medium.stamp(metaPath(path));
  if (format === 'import' && parts === undefined) return medium.stamp(manifestPath(path));
  return medium.stamp(parts === undefined ? path : medium.below(path, parts[0] ?? ''));
}

/** Opens what somebody finished writing; `undefined` where the meta file of its VDF directory does not list it. */
export async function openPlace(
  place: Place,
  options: FileOptions,
  manifest: Manifest | undefined,
): Promise<RecordFile | undefined> {
  const { medium, path, format, parts, name, root, form } = place;
  if (format === 'import') return form && openImport(place, form, options, manifest);
  if (format === 'vdf') return openVdf(medium, path, name, options, manifest);
  const openFile = async (file: string): Promise<PartOfMany> => {
    if (root !== undefined) await medium.refuseOutside(root, file);
    if (format !== 'parquet')
      return new JsonlFile(await medium.open(file, manifest?.files[0]), format, options, manifest);
    const written = manifest?.files.find((one) => one.name === basename(file));
    return ParquetFile.of(await medium.open(file, written), options);
  };
  if (parts === undefined) return openFile(path);
  const opened: PartOfMany[] = [];
  const file = await PartsFile.open(
    parts.map((part) => ({
      async open() {
        const one = await openFile(medium.below(path, part));
        opened.push(one);
        return one;
      },
    })),
  );
  readTogether(opened, parts.map(partitionOf), options);
  return file;
}
