import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { VectorRecord, VsmError } from '@vsm/core/adapter';
import { syncFolder } from '@vsm/core/files';
import { invalidOptions, toVsmError } from './errors.ts';
import type { OwnLayout } from './manifest.ts';
import type { Written } from './output-file.ts';
import { ParquetWriter } from './parquet/parquet-writer.ts';
import type { RecordWriter } from './record-writer.ts';

/** Each namespace is a file that is open for as long as the export is written. */
const MOST_NAMESPACES = 500;
const BUFFERED_BYTES = 64 * 1024 * 1024;

/** How the namespaces of a collection lie in its directory. */
export interface NamespaceFolders {
  /** For people. */
  readonly what: string;
  readonly folderOf: (namespace: string) => string;
  /** Whether records say their namespace in a column as well. */
  readonly column: boolean;
  /** A file that has this many bytes is followed by another. */
  readonly fileBytes: number;
  readonly toStored: (record: VectorRecord) => VectorRecord;
}

interface OpenFile {
  readonly number: number;
  readonly writer: ParquetWriter;
}

/** Writes Parquet files for each namespace of a collection: `<folder>/1.parquet`, and `2.parquet` where that is full. */
export class NamespaceWriter implements RecordWriter {
  readonly #folder: string;
  readonly #layout: OwnLayout;
  readonly #folders: NamespaceFolders;
  readonly #groupBytes: number;
  readonly #open = new Map<string, OpenFile>();
  readonly #written: Written[] = [];

  private constructor(folder: string, layout: OwnLayout, folders: NamespaceFolders, groupBytes: number) {
    this.#folder = folder;
    this.#layout = layout;
    this.#folders = folders;
    this.#groupBytes = groupBytes;
  }

  static async create(
    folder: string,
    layout: OwnLayout,
    namespaces: readonly string[],
    folders: NamespaceFolders,
  ): Promise<NamespaceWriter> {
    const all = namespaces.length === 0 ? [''] : namespaces;
    if (all.length > MOST_NAMESPACES) {
      throw invalidOptions(
        `${folders.what} keeps a file for each namespace, and ${all.length} are too many (limit ${MOST_NAMESPACES}); write Parquet instead, or some namespaces at a time`,
      );
    }
    const made = new NamespaceWriter(folder, layout, folders, Math.floor(BUFFERED_BYTES / all.length));
    try {
      for (const namespace of all) await made.#begin(namespace, 1);
    } catch (error) {
      await made.abandon();
      throw error;
    }
    return made;
  }

  async write(records: readonly VectorRecord[]): Promise<void> {
    const { fileBytes, toStored } = this.#folders;
    for (const [namespace, group] of Map.groupBy(records, (record) => record.namespace ?? '')) {
      let open = this.#open.get(namespace) ?? (await this.#begin(namespace, 1));
      if (open.writer.bytes >= fileBytes) {
        await this.#end(namespace, open);
        open = await this.#begin(namespace, open.number + 1);
      }
      await open.writer.write(group.map(toStored));
    }
  }

  async finish(): Promise<readonly Written[]> {
    for (const [namespace, open] of this.#open) await this.#end(namespace, open);
    return this.#written;
  }

  async abandon(): Promise<void> {
    for (const { writer } of this.#open.values()) await writer.abandon();
  }

  async #begin(namespace: string, number: number): Promise<OpenFile> {
    const path = join(this.#folder, this.#fileOf(namespace, number));
    await mkdir(dirname(path), { recursive: true }).catch((cause: unknown) => {
      throw toVsmError(cause, `make ${dirname(path)}`);
    });
    const hasColumn = this.#folders.column && namespace !== '';
    const writer = await ParquetWriter.create(path, this.#layout, hasColumn, this.#groupBytes).catch(
      (error: unknown) => {
        throw this.#sharedFolder(namespace) ?? error;
      },
    );
    const open = { number, writer };
    this.#open.set(namespace, open);
    return open;
  }

  /** Why the file of a namespace is there already: file systems of macOS and Windows take `EU` and `eu` for one name. */
  #sharedFolder(namespace: string): VsmError | undefined {
    const { what, folderOf } = this.#folders;
    const folder = folderOf(namespace).toLowerCase();
    const other = [...this.#open.keys()].find((open) => folderOf(open).toLowerCase() === folder);
    if (other === undefined) return undefined;
    return invalidOptions(
      `${what} keeps a folder for each namespace, and "${other}" and "${namespace}" have the same one in ${this.#folder}, where the case of letters makes no difference; write to a disk where it does, or one of them at a time`,
    );
  }

  async #end(namespace: string, { number, writer }: OpenFile): Promise<void> {
    for (const part of await writer.finish()) {
      await syncFolder(dirname(part.path));
      this.#written.push({ ...part, name: this.#fileOf(namespace, number) });
    }
    this.#open.delete(namespace);
  }

  /** With a slash on every platform: manifests and keys of buckets have it too. */
  #fileOf(namespace: string, number: number): string {
    return `${this.#folders.folderOf(namespace)}/${number}.parquet`;
  }
}
