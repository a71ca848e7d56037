import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { refuseOutside } from './containment.ts';
import { toVsmError } from './errors.ts';
import { JsonlFile } from './jsonl/jsonl-file.ts';
import { manifestPath, type Manifest } from './manifest.ts';
import type { FileOptions, Format } from './options.ts';
import { ParquetFile } from './parquet/parquet-file.ts';
import { PartsFile } from './parts-file.ts';
import { partitionOf, readTogether } from './partitions.ts';
import type { PartOfMany, RecordFile } from './read.ts';
import { openVdf } from './vdf/vdf-file.ts';
import { metaPath } from './vdf/vdf-meta.ts';

/** Where a collection lies. */
export interface Place {
  readonly name: string;
  /** The file, or the folder of its parts. */
  readonly path: string;
  readonly format: Format | 'vdf';
  /** File names of a collection that somebody cut into parts, in order, beside each other in the folder `path`. */
  readonly parts?: readonly string[] | undefined;
  /** The folder that holds the whole store, out of which no link may lead. Absent where the user named the file. */
  readonly root?: string | undefined;
}

/** Changes whenever what is there is replaced or written to; `undefined` where there is nothing. */
export async function stampOf({ path, format, parts }: Place): Promise<string | undefined> {
  // The meta file of a VDF directory changes with every other index too.
  if (format === 'vdf') return (await stampOfFile(manifestPath(path))) ?? stampOfFile(metaPath(path));
  return stampOfFile(parts === undefined ? path : join(path, parts[0] ?? ''));
}

async function stampOfFile(watched: string): Promise<string | undefined> {
  try {
    const { ino, size, mtimeMs } = await stat(watched);
    return `${ino}-${size}-${mtimeMs}`;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw toVsmError(cause, `read ${watched}`);
  }
}

/** Opens what somebody finished writing, `undefined` where there is nothing. */
export async function openPlace(
  place: Place,
  options: FileOptions,
  manifest: Manifest | undefined,
): Promise<RecordFile | undefined> {
  const { path, format, parts, name, root } = place;
  if ((await stampOf(place)) === undefined) return undefined;
  if (format === 'vdf') return openVdf(path, name, options, manifest);
  const openFile = async (file: string): Promise<PartOfMany> => {
    if (root !== undefined) await refuseOutside(root, file);
    return format === 'parquet'
      ? ParquetFile.open(
          file,
          options,
          manifest?.files.find((written) => written.name === basename(file)),
        )
      : JsonlFile.open(file, format, options, manifest);
  };
  if (parts === undefined) return openFile(path);
  const opened: PartOfMany[] = [];
  const file = await PartsFile.open(
    parts.map((part) => ({
      async open() {
        const one = await openFile(join(path, part));
        opened.push(one);
        return one;
      },
    })),
  );
  readTogether(opened, parts.map(partitionOf), options);
  return file;
}
