import { createHash } from 'node:crypto';
import { isNoSuchKey, type S3Client } from '../s3/client.ts';
import type { FileEntry } from './files.ts';

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

export function objectsOf(client: S3Client): S3Objects {
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
