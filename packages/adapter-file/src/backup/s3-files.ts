import { createHash, randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ByteSource, type ByteReader } from '../byte-source.ts';
import { isNoSuchKey, S3Client } from '../s3/client.ts';
import { parseS3 } from '../s3/location.ts';
import { notFound } from './errors.ts';
import type { BackupFiles, FileEntry } from './files.ts';
import { S3Locks } from './s3-locks.ts';

export interface S3Entry extends FileEntry {
  /** By the clock of the service. */
  readonly modified: number;
}

/** The calls that a backup makes, by paths below its prefix. */
export interface S3Objects {
  readonly where: string;
  list(folder: string): Promise<readonly S3Entry[]>;
  get(path: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  put(path: string, bytes: Uint8Array): Promise<void>;
  remove(path: string): Promise<void>;
}

/**
 * A prefix of a bucket. Each object is written by one call, of which the service keeps all or nothing, so that none is ever there by half and
 * no multipart upload is left over. A part has at most some megabytes, and is read whole.
 */
export function s3Files(path: string): BackupFiles {
  const client = new S3Client(parseS3(path));
  const objects = objectsOf(client);
  const { where } = objects;
  const locks = new S3Locks(objects);
  const nameOf = (below: string): string => `${where}/${below}`;
  return {
    where,
    nameOf,
    async names() {
      return [...new Set((await objects.list('')).map((entry) => entry.path.split('/')[0] ?? ''))];
    },
    list: (folder) => objects.list(`${folder}/`),
    async read(below) {
      const bytes = await objects.get(below);
      return bytes === undefined ? undefined : Buffer.from(bytes).toString();
    },
    write: (below, text) => objects.put(below, Buffer.from(text)),
    async open(below, expected) {
      const bytes = await objects.get(below);
      if (bytes === undefined) throw notFound(`${nameOf(below)} is not there.`);
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
    close: () => client.close(),
  };
}

function objectsOf(client: S3Client): S3Objects {
  const { bucket: Bucket, prefix } = client.location;
  const root = prefix === '' ? '' : `${prefix}/`;
  const where = `s3://${Bucket}${prefix === '' ? '' : `/${prefix}`}`;
  return {
    where,
    async list(folder) {
      const found: S3Entry[] = [];
      for (let token: string | undefined, isFirst = true; isFirst || token !== undefined; isFirst = false) {
        const page = await client.call(`list ${where}/${folder}`, (sdk, service) =>
          service.send(
            new sdk.ListObjectsV2Command({
              Bucket,
              Prefix: root + folder,
              ...(token !== undefined && { ContinuationToken: token }),
            }),
          ),
        );
        for (const { Key = '', Size = 0, LastModified } of page.Contents ?? [])
          found.push({ path: Key.slice(root.length), bytes: Size, modified: LastModified?.getTime() ?? 0 });
        token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
      }
      return found.toSorted((one, other) => (one.path < other.path ? -1 : 1));
    },
    async get(path) {
      try {
        return await client.call(`read ${where}/${path}`, async (sdk, service) => {
          const { Body, ContentLength } = await service.send(new sdk.GetObjectCommand({ Bucket, Key: root + path }));
          const bytes = Uint8Array.from((await Body?.transformToByteArray()) ?? []);
          if (ContentLength !== undefined && bytes.length !== ContentLength) {
            throw Object.assign(new Error(`${bytes.length} of ${ContentLength} bytes came`), { code: 'ECONNRESET' });
          }
          return bytes;
        });
      } catch (cause) {
        if (isNoSuchKey(cause)) return undefined;
        throw cause;
      }
    },
    async put(path, bytes) {
      const sum = createHash('sha256').update(bytes).digest('base64');
      await client.call(`write ${where}/${path}`, (sdk, service) =>
        service.send(new sdk.PutObjectCommand({ Bucket, Key: root + path, Body: bytes, ChecksumSHA256: sum })),
      );
    },
    async remove(path) {
      await client.call(`delete ${where}/${path}`, (sdk, service) =>
        service.send(new sdk.DeleteObjectCommand({ Bucket, Key: root + path })),
      );
    },
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
