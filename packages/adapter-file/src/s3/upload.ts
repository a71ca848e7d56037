import { open, type FileHandle } from 'node:fs/promises';
import type { VsmError } from '@vsm/core/adapter';
import { conflict } from '../errors.ts';
import { failureName } from './client.ts';
import { abortUpload, beginUpload, completeUpload, listUploads, uploadPart, type S3Part } from './multipart.ts';
import { isRefused, type S3Objects } from './objects.ts';

/** A service takes 10,000 parts of at least 5 MiB. */
const PART_BYTES = 8 * 1024 * 1024;
const MOST_PARTS = 10_000;
const MOST_AT_ONCE = 4;

export interface Upload {
  /** On this machine. */
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  /** The tag of the object that lies there; none may where it is left out. */
  readonly replaces: string | undefined;
}

/** Writes a file as an object, which is there as a whole or not at all. What is there already is not written again. */
export async function upload(objects: S3Objects, path: string, what: Upload): Promise<void> {
  await abortUploads(objects, path);
  if (await isThere(objects, path, what)) return;
  // Some services look at conditions of small objects only.
  if ((await objects.head(path))?.etag !== what.replaces) throw taken(objects, path);
  try {
    const file = await open(what.file, 'r');
    try {
      if (what.bytes <= PART_BYTES) await putWhole(objects, path, file, what);
      else await putParts(objects, path, file, what);
    } finally {
      await file.close();
    }
  } catch (cause) {
    // An answer that was lost is asked for again, and then the object is there already.
    if (!isRefused(cause) && failureName(cause) !== 'NoSuchUpload') throw cause;
    if (!(await isThere(objects, path, what))) throw taken(objects, path, cause);
  }
}

/** What runs left that were killed: it is paid for, and nobody sees it. */
export async function abortUploads(objects: S3Objects, path: string): Promise<void> {
  for (const begun of await listUploads(objects, path)) await abortUpload(objects, path, begun);
}

/** Whether what lies there is this content of ours. */
export async function isThere(
  objects: S3Objects,
  path: string,
  { bytes, sha256 }: Pick<Upload, 'bytes' | 'sha256'>,
): Promise<boolean> {
  const head = await objects.head(path);
  return head?.sha256 === sha256 && head.bytes === bytes;
}

/** @throws VsmError `CONFLICT` where this content lies there, which is of another run */
export async function refuseThere(
  objects: S3Objects,
  path: string,
  what: Pick<Upload, 'bytes' | 'sha256'>,
): Promise<void> {
  if (await isThere(objects, path, what)) throw taken(objects, path);
}

function taken(objects: S3Objects, path: string, cause?: unknown): VsmError {
  const message = `another run writes ${objects.nameOf(path)}, or has written it since this one began. Nothing of it was replaced.`;
  return conflict(message, cause);
}

async function putWhole(objects: S3Objects, path: string, file: FileHandle, what: Upload): Promise<void> {
  const bytes = await read(file, 0, what.bytes);
  await objects.put(path, bytes, { etag: what.replaces }, what.sha256);
}

async function putParts(objects: S3Objects, path: string, file: FileHandle, what: Upload): Promise<void> {
  const partBytes = Math.max(PART_BYTES, Math.ceil(what.bytes / MOST_PARTS));
  const count = Math.ceil(what.bytes / partBytes);
  const id = await beginUpload(objects, path, what.sha256);
  try {
    const parts: S3Part[] = [];
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < count) {
        const at = next;
        next += 1;
        const bytes = await read(file, at * partBytes, Math.min(what.bytes, (at + 1) * partBytes));
        parts[at] = await uploadPart(objects, path, id, { number: at + 1, bytes });
      }
    };
    const workers = Array.from({ length: Math.min(MOST_AT_ONCE, count) }, () =>
      work().catch((cause: unknown) => {
        next = count;
        throw cause;
      }),
    );
    // All have ended before it is aborted: a part that comes later would stay.
    const failed = (await Promise.allSettled(workers)).find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
    await completeUpload(objects, path, id, { parts, replaces: { etag: what.replaces } });
  } catch (cause) {
    await abortUpload(objects, path, id).catch(() => undefined);
    throw cause;
  }
}

async function read(file: FileHandle, start: number, end: number): Promise<Uint8Array> {
  const bytes = Buffer.alloc(end - start);
  for (let filled = 0; filled < bytes.length;) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, start + filled);
    if (bytesRead === 0) throw new Error(`the file ends at byte ${start + filled}, but more was written`);
    filled += bytesRead;
  }
  return bytes;
}
