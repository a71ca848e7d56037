import { hash, randomBytes } from 'node:crypto';
import type { CollectionSchema, Rejection } from '@vsm/core/adapter';
import { NOT_AS_WRITTEN, tooNew } from '../manifest.ts';
import { seal, unseal } from '../sealed.ts';
import { shapeProblem } from '../shape.ts';
import type { CutRule } from './cut.ts';
import { invalid } from './errors.ts';
import type { Selection } from './selection.ts';
import { parsePartName, partName, type StoredPart } from './stored-part.ts';

export const BACKUP_VERSION = 1;

/** A collection as it was at one time. */
export interface Snapshot {
  readonly format: 'vsm-backup';
  readonly version: number;
  readonly id: string;
  readonly collection: string;
  /** Where it was read, without secrets. */
  readonly source: string;
  /** When reading began, ISO 8601. */
  readonly at: string;
  /** The snapshot that it was compared with. */
  readonly parent?: string | undefined;
  /** Which records of the collection it holds; all where absent. */
  readonly selection?: Selection | undefined;
  readonly schema: CollectionSchema;
  readonly records: number;
  /** Parts that were written for it, and their bytes; all others were there. */
  readonly written: { readonly parts: number; readonly bytes: number };
  /** Records that could not be kept, and the first of them. */
  readonly rejected: { readonly count: number; readonly listed: readonly Rejection[] };
  readonly notes: readonly string[];
  readonly cut: CutRule;
  /** In the order of their keys, which do not overlap. */
  readonly parts: readonly StoredPart[];
}

/** Names sort by time. Of two snapshots of one millisecond, or after a clock was set back, the second is the later one too. */
export function newSnapshotId(now: Date, newest: string | undefined): string {
  const time = newest === undefined ? now : new Date(Math.max(now.getTime(), timeOf(newest) + 1));
  const stamp = time.toISOString().replaceAll(/[-:.]/g, '');
  return `${stamp}-${randomBytes(3).toString('hex')}`;
}

export const SNAPSHOT_ID: RegExp = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z-[0-9a-f]{6}$/;

/** Milliseconds since 1970. */
export function timeOf(id: string): number {
  const [, year, month, day, hour, minute, second, millisecond] = SNAPSHOT_ID.exec(id) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${millisecond}Z`);
}

/** What tells snapshots of one collection from those of another without opening them. */
export function collectionTag(collection: string): string {
  return hash('sha256', JSON.stringify(collection)).slice(0, 16);
}

/** A part a line: a snapshot of a large collection has thousands. */
export function printSnapshot({ parts, ...head }: Snapshot): string {
  const lines = parts.map((part) => `    ${JSON.stringify(part)}`).join(',\n');
  return seal(`${JSON.stringify(head, undefined, 2).slice(0, -2)},\n  "parts": [\n${lines}\n  ]\n}`);
}

/** @throws VsmError `INVALID_DATA` where it is not as it was written */
export function parseSnapshot(path: string, text: string): Snapshot {
  const refuse = (reason: string): never => {
    throw invalid(`${path}: ${reason}. Nothing of this snapshot can be read without it; other snapshots can.`);
  };
  const body = unseal(text);
  if (body === undefined) return refuse(NOT_AS_WRITTEN);
  const snapshot = JSON.parse(body) as Snapshot | null;
  if (snapshot?.format !== 'vsm-backup') return refuse('it is not a snapshot');
  if (snapshot.version > BACKUP_VERSION) return refuse(tooNew(snapshot.version, BACKUP_VERSION).message);
  const problem = shapeProblem(snapshot, 'snapshot', BACKUP_VERSION);
  if (problem !== undefined) return refuse(problem);
  // A path is made of it.
  const odd = snapshot.parts.find((part) => parsePartName(partName(part)) === undefined);
  return odd === undefined ? snapshot : refuse('it names a file that is no part');
}
