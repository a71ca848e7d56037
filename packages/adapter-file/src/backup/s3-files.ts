import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ByteSource, type ByteReader } from '../byte-source.ts';
import { S3Client } from '../s3/client.ts';
import { parseS3 } from '../s3/location.ts';
import { S3Objects } from '../s3/objects.ts';
import { notFound } from './errors.ts';
import type { BackupFiles } from './files.ts';
import { S3Locks } from './s3-locks.ts';

/**
 * A prefix of a bucket. Each object is written by one call, of which the service keeps all or nothing, so that none is ever there by half and
 * no multipart upload is left over. A part has at most some megabytes, and is read whole.
 */
export function s3Files(path: string): BackupFiles {
  const objects = new S3Objects(new S3Client(parseS3(path)));
  const { where } = objects;
  const locks = new S3Locks(objects);
  const nameOf = (below: string): string => objects.nameOf(below);
  return {
    where,
    nameOf,
    async names() {
      const { files, folders } = await objects.names('');
      return [...files, ...folders];
    },
    list: (folder) => objects.list(`${folder}/`),
    async read(below) {
      const found = await objects.get(below);
      return found === undefined ? undefined : Buffer.from(found.bytes).toString();
    },
    write: (below, text) => objects.put(below, Buffer.from(text)),
    async open(below, expected) {
      const found = await objects.get(below);
      if (found === undefined) throw notFound(`${nameOf(below)} is not there.`);
      const { bytes } = found;
      return ByteSource.over(nameOf(below), bytes.length, inMemory(bytes), expected);
    },
    async keep(file, below) {
      await objects.put(below, await readFile(file));
      await rm(file);
    },
    settle: async () => undefined,
    remove: (below) => objects.remove(below),
    async lockShared(settings) {
      const lock = await locks.take('backup', settings);
      const scratch = join(tmpdir(), `vsm-backup-${randomUUID()}`);
      return {
        scratch,
        check: () => lock.check(),
        async release() {
          await rm(scratch, { recursive: true, force: true });
          await lock.release();
        },
      };
    },
    lockExclusive: (settings) => locks.take('prune', settings),
    close: () => objects.close(),
  };
}

function inMemory(bytes: Uint8Array<ArrayBuffer>): ByteReader {
  return {
    // Copied: whoever reads may keep views, and whole pages are asked for.
    read: async (start, end) => {
      if (end > bytes.length) throw new Error(`it ends at byte ${bytes.length}, but more was expected`);
      return bytes.slice(start, end);
    },
    close: async () => undefined,
  };
}
