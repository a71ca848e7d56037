import type { ByteSource, Expected } from './byte-source.ts';
import type { Manifest } from './manifest.ts';
import type { Format } from './options.ts';

export interface Entry {
  readonly name: string;
  /** `unfinished`: the file of an export that was begun, whether an older one is there or not. */
  readonly kind: 'file' | 'folder' | 'unfinished';
}

/** Of collections that are directories: VDF, and what a vendor imports. */
export type DirectoryFormat = 'vdf' | 'import';

export function isDirectory(format: Format | DirectoryFormat): format is DirectoryFormat {
  return format === 'vdf' || format === 'import';
}

/** Where on its medium a collection lies. */
export interface Spot {
  readonly name: string;
  /** The file, or the folder of its parts. */
  readonly path: string;
  readonly format: Format | DirectoryFormat;
  /** The folder that holds the whole store, out of which no link may lead. Absent where the user named the file. */
  readonly root?: string | undefined;
}

/** Where collections lie: the disk, or a bucket. Paths are whole names, for people too. */
export interface Medium {
  /** Changes whenever what is there is replaced or written to; `undefined` where there is nothing. */
  stamp(path: string): Promise<string | undefined>;
  /** `undefined` where nothing is there. */
  kind(path: string): Promise<'file' | 'folder' | undefined>;
  /** What lies in a folder directly; nothing where there is no such folder. */
  entries(folder: string): Promise<readonly Entry[]>;
  below(folder: string, ...names: readonly string[]): string;
  /** The manifest of what lies in a place, `undefined` where somebody else made it. */
  manifest(spot: Spot): Promise<Manifest | undefined>;
  /** `undefined` where it is not there. */
  read(path: string): Promise<string | undefined>;
  open(path: string, expected?: Expected): Promise<ByteSource>;
  /** Writes a text anew, made of the one that is there. What others write there meanwhile is not lost. */
  change(path: string, print: (text: string | undefined) => string): Promise<void>;
  /** @throws VsmError `INVALID_DATA` where a path leads out of the folder */
  refuseOutside(folder: string, path: string): Promise<void>;
  /** The same text for the same file, whatever path leads to it. */
  identify(path: string): Promise<string | undefined>;
  /** The path on this machine beside which the journal of an export lies. */
  journalPath(path: string): string;
  /** Why what lies in a place can be written anew nowhere but elsewhere; `undefined` where it can be changed. */
  fixed(spot: Spot): string | undefined;
  /** Before an export into a place begins. @throws VsmError where it could not be written there */
  prepare(spot: Spot, replaces: string | undefined): Promise<void>;
  /** Of a new content that was written whole: its manifest, where the content is in its place already and the manifest may not be. */
  waiting(spot: Spot, written: Written): Promise<Manifest | undefined>;
  /** Whether what lies in a place, of the same generation, is the new content that was written here, and not that of somebody else. */
  isDelivered(inPlace: Manifest, written: Written): Promise<boolean>;
  /** Puts a new content with its manifest in its place. Every step can be taken again. */
  deliver(spot: Spot, written: Written): Promise<void>;
  /** Deletes a collection of ours with everything that belongs to it. The manifest goes last: what is left is still known as ours. */
  remove(spot: Spot): Promise<void>;
  close(): Promise<void>;
}

/** What was written whole and waits to be put in its place. */
export interface Written {
  /** On this machine. */
  readonly folder: string;
  /** In `folder`: the file, or the folder of files. */
  readonly data: string;
  /** In `folder`. */
  readonly manifest: string;
  /** The stamp of what it replaces. */
  readonly replaces: string | undefined;
}
