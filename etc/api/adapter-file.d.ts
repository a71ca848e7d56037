// backup/backup.d.ts
import { type Rejection, type VectorStoreV1 } from '@vsm/core/adapter';
import type { ProgressListener } from '@vsm/core';
import { type Pace } from '@vsm/core/engine';
import type { LockSettings } from './files.ts';
import { type SelectionOptions } from './selection.ts';
export interface BackupOptions extends Pace, LockSettings, SelectionOptions {
    readonly source: VectorStoreV1;
    readonly collection: string;
    readonly path: string;
    readonly onProgress?: ProgressListener | undefined;
    readonly signal?: AbortSignal | undefined;
}
export interface BackupResult {
    readonly snapshot: string;
    readonly collection: string;
    readonly records: number;
    readonly parts: number;
    readonly bytes: number;
    readonly written: {
        readonly parts: number;
        readonly bytes: number;
    };
    readonly rejected: {
        readonly count: number;
        readonly listed: readonly Rejection[];
    };
    readonly notes: readonly string[];
}
export declare function backup(options: BackupOptions): Promise<BackupResult>;

// backup/check.d.ts
import { type Key } from './keys.ts';
export interface CheckOptions {
    readonly path: string;
    readonly snapshot?: string | undefined;
    readonly onPart?: ((done: number, total: number) => void) | undefined;
    readonly signal?: AbortSignal | undefined;
}
export interface LostRecords {
    readonly part: string;
    readonly problem: string;
    readonly records: number;
    readonly first: Key;
    readonly last: Key;
    readonly range: string;
}
export interface CheckedSnapshot {
    readonly id: string;
    readonly collection?: string | undefined;
    readonly records?: number | undefined;
    readonly problem?: string | undefined;
    readonly lost: readonly LostRecords[];
}
export interface CheckReport {
    readonly passed: boolean;
    readonly snapshots: readonly CheckedSnapshot[];
    readonly parts: number;
    readonly bytes: number;
}
export declare function checkBackup(options: CheckOptions): Promise<CheckReport>;

// backup/choose.d.ts
import { type SnapshotName } from './folder.ts';
export declare const LATEST = "latest";
export declare function chosen(names: readonly SnapshotName[], snapshot: string, where: string): readonly SnapshotName[];
export declare function snapshotLocation(choice: SnapshotChoice): Promise<string>;
export interface SnapshotChoice {
    readonly path: string;
    readonly snapshot?: string | undefined;
    readonly collection?: string | undefined;
    readonly skipLost?: boolean | undefined;
}

// backup/cut.d.ts
import { type Key } from './keys.ts';
export interface CutRule {
    readonly bits: number;
    readonly bytesPerRecord: number;
}
export declare function cutRuleFor(records: number, bytesPerRecord: number): CutRule;
export declare function hasOutgrown(rule: CutRule, records: number): boolean;
export declare class Cutter {
    #private;
    constructor({ bits }: CutRule);
    cutsBefore(key: Key, bytes: number): boolean;
    restart(): void;
}

// backup/files.d.ts
import type { Lock } from '@vsm/core/files';
import type { ByteSource, Expected } from '../byte-source.ts';
export interface LockSettings {
    readonly takeOver?: boolean | undefined;
}
export interface BackupLock extends Lock {
    readonly scratch: string;
}
export interface FileEntry {
    readonly path: string;
    readonly bytes: number;
}
export interface BackupFiles {
    readonly where: string;
    nameOf(path: string): string;
    names(): Promise<readonly string[]>;
    list(folder: string): Promise<readonly FileEntry[]>;
    read(path: string): Promise<string | undefined>;
    write(path: string, text: string): Promise<void>;
    open(path: string, expected?: Expected): Promise<ByteSource>;
    keep(file: string, path: string): Promise<void>;
    settle(paths: readonly string[]): Promise<void>;
    remove(path: string): Promise<void>;
    lockShared(settings: LockSettings): Promise<BackupLock>;
    lockExclusive(settings: LockSettings): Promise<Lock>;
    close(): void;
}

// backup/folder.d.ts
import type { ByteSource } from '../byte-source.ts';
import type { BackupFiles } from './files.ts';
import { type Snapshot } from './snapshot.ts';
import { type PartId, type StoredPart } from './stored-part.ts';
export declare const SNAPSHOTS = "snapshots";
export interface SnapshotName {
    readonly id: string;
    readonly tag: string;
}
export declare class BackupFolder {
    #private;
    readonly files: BackupFiles;
    private constructor();
    static open(path: string): Promise<BackupFolder>;
    static make(path: string): Promise<BackupFolder>;
    close(): void;
    get where(): string;
    snapshotPath(name: SnapshotName): string;
    partPath(part: PartId): string;
    snapshots(): Promise<readonly SnapshotName[]>;
    read(name: SnapshotName): Promise<Snapshot>;
    add(snapshot: Snapshot): Promise<void>;
    forget(name: SnapshotName): Promise<void>;
    sweep(): Promise<void>;
    parts(): Promise<ReadonlyMap<string, number>>;
    openPart(part: PartId | StoredPart): Promise<ByteSource>;
    keep(file: string, part: PartId): Promise<void>;
    settle(parts: readonly PartId[]): Promise<void>;
    remove(part: PartId): Promise<void>;
}
export declare function pathOf({ id, tag }: SnapshotName): string;
export declare function snapshotNames(files: readonly string[]): readonly SnapshotName[];

// backup/index.d.ts
export { backup, type BackupOptions, type BackupResult } from './backup.ts';
export { checkBackup, type CheckedSnapshot, type CheckOptions, type CheckReport, type LostRecords } from './check.ts';
export { listSnapshots, type DamagedSnapshot, type ListedSnapshot } from './list.ts';
export { pruneBackup, type KeepRules, type PruneOptions, type PruneReport } from './prune.ts';
export { snapshotLocation, type SnapshotChoice } from './choose.ts';
export { createBackup, type BackupStoreOptions } from './store.ts';

// backup/keys.d.ts
import type { VectorRecord } from '@vsm/core/adapter';
export type Key = readonly [namespace: string, id: string];
export declare function keyOf({ namespace, id }: Pick<VectorRecord, 'id' | 'namespace'>): Key;
export declare function compareKeys([namespace, id]: Key, [otherNamespace, otherId]: Key): number;
export declare function placeOf(firsts: readonly Key[], key: Key): number;
export declare function keyBits(key: Key): number;
export declare function printRange(first: Key, last: Key): string;

// backup/list.d.ts
import type { Selection } from './selection.ts';
export interface ListedSnapshot {
    readonly id: string;
    readonly collection: string;
    readonly source: string;
    readonly at: string;
    readonly selection?: Selection | undefined;
    readonly records: number;
    readonly parts: number;
    readonly bytes: number;
    readonly written: {
        readonly parts: number;
        readonly bytes: number;
    };
    readonly rejected: number;
}
export interface DamagedSnapshot {
    readonly id: string;
    readonly problem: string;
}
export declare function listSnapshots(path: string, onDamaged?: (damaged: DamagedSnapshot) => void): Promise<readonly ListedSnapshot[]>;

// backup/prune.d.ts
import type { LockSettings } from './files.ts';
export interface KeepRules {
    readonly keepLast?: number | undefined;
    readonly keepDaily?: number | undefined;
    readonly keepWeekly?: number | undefined;
    readonly keepMonthly?: number | undefined;
}
export interface PruneOptions extends KeepRules, LockSettings {
    readonly path: string;
    readonly dryRun?: boolean | undefined;
    readonly signal?: AbortSignal | undefined;
}
export interface PruneReport {
    readonly kept: readonly string[];
    readonly forgotten: readonly string[];
    readonly parts: number;
    readonly bytes: number;
}
export declare function pruneBackup(options: PruneOptions): Promise<PruneReport>;

// backup/selection.d.ts
import { type FilterShorthand } from '@vsm/core';
import { type Filter } from '@vsm/core/adapter';
export interface SelectionOptions {
    readonly filter?: FilterShorthand | undefined;
    readonly namespaces?: readonly string[] | undefined;
}
export interface Selection {
    readonly filter?: string | undefined;
    readonly namespaces?: readonly string[] | undefined;
}
export interface ReadSelection {
    readonly selection: Selection | undefined;
    readonly filter: Filter | undefined;
    readonly namespaces: readonly string[] | undefined;
}
export declare function readSelection({ filter, namespaces }: SelectionOptions): ReadSelection;
export declare function refuseOtherSelection(where: string, { id, collection, selection: before, }: {
    readonly id: string;
    readonly collection: string;
    readonly selection?: Selection | undefined;
}, selection: Selection | undefined): void;
export declare function printSelection(selection: Selection | undefined): string;

// backup/snapshot.d.ts
import type { CollectionSchema, Rejection } from '@vsm/core/adapter';
import type { CutRule } from './cut.ts';
import type { Selection } from './selection.ts';
import { type StoredPart } from './stored-part.ts';
export declare const BACKUP_VERSION = 1;
export interface Snapshot {
    readonly format: 'vsm-backup';
    readonly version: number;
    readonly id: string;
    readonly collection: string;
    readonly source: string;
    readonly at: string;
    readonly parent?: string | undefined;
    readonly selection?: Selection | undefined;
    readonly schema: CollectionSchema;
    readonly records: number;
    readonly written: {
        readonly parts: number;
        readonly bytes: number;
    };
    readonly rejected: {
        readonly count: number;
        readonly listed: readonly Rejection[];
    };
    readonly notes: readonly string[];
    readonly cut: CutRule;
    readonly parts: readonly StoredPart[];
}
export declare function newSnapshotId(now: Date, newest: string | undefined): string;
export declare const SNAPSHOT_ID: RegExp;
export declare function timeOf(id: string): number;
export declare function collectionTag(collection: string): string;
export declare function printSnapshot({ parts, ...head }: Snapshot): string;
export declare function parseSnapshot(path: string, text: string): Snapshot;

// backup/store.d.ts
import { type DisposableStore, type OpenedLocation } from '@vsm/core/adapter';
export interface BackupStoreOptions {
    readonly path: string;
    readonly snapshot?: string | undefined;
    readonly skipLost?: boolean | undefined;
}
export declare function createBackup({ path, snapshot, skipLost }: BackupStoreOptions): DisposableStore;
export declare function openBackupLocation(location: string): OpenedLocation;

// backup/stored-part.d.ts
import type { Checksums } from '../byte-source.ts';
import type { Key } from './keys.ts';
export type PartId = Pick<StoredPart, 'digest' | 'sha256'>;
export interface StoredPart {
    readonly digest: string;
    readonly sha256: string;
    readonly bytes: number;
    readonly checksums: Checksums;
    readonly records: number;
    readonly namespaces: Readonly<Record<string, number>>;
    readonly first: Key;
    readonly last: Key;
}
export declare function totalOf(parts: Iterable<StoredPart>, what: 'records' | 'bytes'): number;
export declare function partName({ digest, sha256 }: PartId): string;
export declare function parsePartName(name: string): PartId | undefined;

// byte-source.d.ts
export interface Checksums {
    readonly blockBytes: number;
    readonly crc32: readonly number[];
}
export interface Expected {
    readonly bytes: number;
    readonly checksums: Checksums;
}
export interface ByteReader {
    read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
    close(): Promise<void>;
}
export declare class ByteSource {
    #private;
    readonly path: string;
    readonly size: number;
    private constructor();
    static open(path: string, expected?: Expected): Promise<ByteSource>;
    static over(path: string, size: number, reader: ByteReader, expected?: Expected): ByteSource;
    read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
    stream(start: number, chunkBytes: number): AsyncGenerator<Buffer<ArrayBuffer>, void, undefined>;
    close(): Promise<void>;
}

// file.d.ts
import type { DisposableStore } from '@vsm/core/adapter';
import { type FileOptions } from './options.ts';
export declare function createFile(options: FileOptions): DisposableStore;

// import/form.d.ts
import type { Capabilities, CollectionSchema, Rejection, VectorRecord } from '@vsm/core/adapter';
export interface ImportForm {
    readonly scheme: string;
    readonly capabilities: Capabilities;
    readonly check: (schema: CollectionSchema) => void;
    readonly columns: (schema: CollectionSchema) => Readonly<Record<string, string>>;
    readonly vectors: (columns: ReadonlySet<string>) => Readonly<Record<string, string>>;
    readonly folderOf: (namespace: string) => string;
    readonly namespaceOf: (folder: string) => string;
    readonly toStored: (record: VectorRecord) => VectorRecord;
    readonly fromStored: (record: VectorRecord) => VectorRecord;
    readonly refusal: (record: VectorRecord) => Pick<Rejection, 'reason' | 'detail'> | undefined;
}

// import/import.d.ts
import { type DisposableStore, type LocationOptions, type OpenedLocation } from '@vsm/core/adapter';
import { type FileOptions } from '../options.ts';
import type { ImportForm } from './form.ts';
export type ImportOptions = Pick<FileOptions, 'path' | 'metric' | 'takeOver'>;
export declare function createImport(options: ImportOptions, form: ImportForm): DisposableStore;
export declare function openImportLocation(location: string, form: ImportForm, { takeOver }?: LocationOptions): OpenedLocation;

// import/index.d.ts
export type { ImportForm } from './form.ts';
export { createImport, openImportLocation, type ImportOptions } from './import.ts';

// index.d.ts
export { createFile } from './file.ts';
export { openLocation } from './location.ts';
export type { FileOptions, Format } from './options.ts';
export { createVdf, type VdfOptions } from './vdf/vdf.ts';

// location.d.ts
import { type LocationOptions, type OpenedLocation } from '@vsm/core/adapter';
export declare function openLocation(location: string, { takeOver }?: LocationOptions): OpenedLocation;

// options.d.ts
import { type ReadingOptions, type VsmError } from '@vsm/core/adapter';
export interface FileOptions extends ReadingOptions {
    readonly path: string;
    readonly metric?: 'cosine' | 'euclidean' | 'dot' | 'manhattan' | undefined;
    readonly format?: Format | undefined;
    readonly maxLineBytes?: number | undefined;
    readonly takeOver?: boolean | undefined;
}
export declare const MAX_LINE_BYTES: number;
export type Format = 'parquet' | 'jsonl' | 'jsonl.gz' | 'jsonl.zst';
export interface FileName {
    readonly name: string;
    readonly format: Format;
}
export declare function fileName(path: string): FileName | undefined;
export declare function isOfOthers(path: string): boolean;
export declare function otherFile(path: string): VsmError;
export declare function checkOptions(options: FileOptions): FileOptions;

// vdf/vdf.d.ts
import type { DisposableStore } from '@vsm/core/adapter';
import { type FileOptions } from '../options.ts';
export type VdfOptions = Omit<FileOptions, 'format'>;
export declare function createVdf(options: VdfOptions): DisposableStore;
