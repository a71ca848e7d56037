import { readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { collectionNotFound, guardStore, UnsupportedError, type VectorStoreV1 } from '@vsm/core/adapter';
import { capabilities } from './capabilities.ts';
import { fileCollection } from './collection.ts';
import { invalidOptions, toVsmError } from './errors.ts';
import { JsonlFile } from './jsonl/jsonl-file.ts';
import { checkOptions, fileName, type FileName, type FileOptions } from './options.ts';
import { ParquetFile } from './parquet/parquet-file.ts';
import type { RecordFile } from './record-file.ts';

interface Found extends FileName {
  readonly path: string;
}

/** Collections in Parquet and JSON Lines files: one file, or every such file of a directory. */
export function createFile(options: FileOptions): VectorStoreV1 {
  const checked = checkOptions(options);
  const root = resolve(checked.path);
  const open = new Set<RecordFile>();

  const find = async (): Promise<readonly Found[]> => {
    try {
      if (!(await stat(root)).isDirectory()) {
        const named = fileName(root);
        if (named !== undefined) return [{ ...named, path: root }];
        throw invalidOptions(`${root} is neither .parquet nor .jsonl (.gz, .zst), nor a directory`);
      }
      const entries = await readdir(root, { withFileTypes: true });
      return entries.flatMap((entry) => {
        const named = fileName(entry.name);
        return named === undefined || !entry.isFile() ? [] : [{ ...named, path: join(root, entry.name) }];
      });
    } catch (cause) {
      throw toVsmError(cause, `read ${root}`);
    }
  };

  return guardStore({
    specificationVersion: 'v1',
    adapter: 'file',
    location: `file:${root}`,
    capabilities,
    async listCollections() {
      return (await find()).map(({ name }) => name).toSorted();
    },
    async createCollection() {
      throw new UnsupportedError('access', 'file: writing is not there yet', { adapter: 'file' });
    },
    async openCollection(name) {
      const all = await find();
      const found = all.find((candidate) => candidate.name === name);
      if (found === undefined) {
        const names = all.map((candidate) => candidate.name);
        throw collectionNotFound('file', name, root, names);
      }
      const file =
        found.format === 'parquet'
          ? await ParquetFile.open(found.path, checked)
          : new JsonlFile(found.path, found.format, checked);
      open.add(file);
      return fileCollection(
        name,
        file,
        () => new UnsupportedError('access', `file: ${dirname(found.path)} is read only`),
      );
    },
    async close() {
      for (const file of open) await file.close();
      open.clear();
    },
  });
}
