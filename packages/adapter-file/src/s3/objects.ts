import { createHash } from 'node:crypto';
import type * as Sdk from '@aws-sdk/client-s3';
import { VsmError } from '@vsm/core/adapter';
import { failureName, type S3Client } from './client.ts';

/** Under which the SHA-256 of its content stands beside an object of ours, so that it is known again without being read. */
const SUM = 'vsm-sha256';

export interface S3Entry {
  readonly path: string;
  readonly bytes: number;
  /** By the clock of the service. */
  readonly modified: number;
}

export interface S3Head {
  readonly bytes: number;
  readonly etag: string;
  /** Of its content, where we wrote it. */
  readonly sha256: string | undefined;
}

/** What lies there while something is written: an object with this tag, or none at all. */
export type Replaces = { readonly etag: string | undefined };

export interface S3Part {
  readonly PartNumber: number;
  readonly ETag: string | undefined;
  readonly ChecksumSHA256: string;
}

/** The calls to a bucket, by paths below a prefix. Each is all or nothing, and is repeated where it may be. */
export class S3Objects {
  /** For people. */
  readonly where: string;
  readonly #client: S3Client;
  readonly #root: string;

  constructor(client: S3Client) {
    const { bucket, prefix } = client.location;
    this.#client = client;
    this.#root = prefix === '' ? '' : `${prefix}/`;
    this.where = `s3://${bucket}${prefix === '' ? '' : `/${prefix}`}`;
  }

  /** Everything below a folder, in the order of their paths. */
  async list(folder: string): Promise<readonly S3Entry[]> {
    const found: S3Entry[] = [];
    for await (const { Contents = [] } of this.#pages(folder, {}))
      for (const { Key = '', Size = 0, LastModified } of Contents)
        found.push({ path: Key.slice(this.#root.length), bytes: Size, modified: LastModified?.getTime() ?? 0 });
    return found.toSorted((one, other) => (one.path < other.path ? -1 : 1));
  }

  /** What lies in a folder directly. `folder` is empty, or ends with a slash. */
  async names(folder: string): Promise<{ readonly files: readonly string[]; readonly folders: readonly string[] }> {
    const start = this.#root.length + folder.length;
    const [files, folders]: [string[], string[]] = [[], []];
    for await (const { Contents = [], CommonPrefixes = [] } of this.#pages(folder, { Delimiter: '/' })) {
      // A key that ends with the slash is what consoles make for an empty folder.
      for (const { Key = '' } of Contents) if (Key.length > start) files.push(Key.slice(start));
      for (const { Prefix = '' } of CommonPrefixes) folders.push(Prefix.slice(start, -1));
    }
    return { files, folders };
  }

  async isEmpty(folder: string): Promise<boolean> {
    for await (const { Contents = [] } of this.#pages(folder, { MaxKeys: 1 })) return Contents.length === 0;
    return true;
  }

  /** `undefined` where it is not there. */
  async head(path: string): Promise<S3Head | undefined> {
    return this.#unlessMissing(path, 'read', async (sdk, service, target) => {
      const { ContentLength = 0, ETag = '', Metadata } = await service.send(new sdk.HeadObjectCommand(target));
      return { bytes: ContentLength, etag: ETag, sha256: Metadata?.[SUM] };
    });
  }

  /** `undefined` where it is not there. */
  async get(
    path: string,
  ): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly etag: string | undefined } | undefined> {
    return this.#unlessMissing(path, 'read', async (sdk, service, target) => {
      const { Body, ContentLength, ETag } = await service.send(new sdk.GetObjectCommand(target));
      return { bytes: await whole(Body, ContentLength), etag: ETag };
    });
  }

  /** The bytes of [start, end). @throws VsmError `CONFLICT` where the object is not the one of `etag` any more */
  async range(path: string, start: number, end: number, etag: string): Promise<Uint8Array<ArrayBuffer>> {
    try {
      return await this.#call(`read ${this.nameOf(path)}`, async (sdk, service, Bucket) => {
        const Range = `bytes=${start}-${end - 1}`;
        const { Body } = await service.send(
          new sdk.GetObjectCommand({ Bucket, Key: this.#root + path, Range, IfMatch: etag }),
        );
        return whole(Body, end - start);
      });
    } catch (cause) {
      if (!isRefused(cause) && !isMissing(cause)) throw cause;
      const message = `file: ${this.nameOf(path)} was replaced or deleted while it was read. Read it again from its beginning.`;
      throw new VsmError('CONFLICT', message, { adapter: 'file', cause });
    }
  }

  /** @throws VsmError `CONFLICT` where something else than `replaces` lies there */
  async put(path: string, bytes: Uint8Array, replaces?: Replaces, sha256?: string): Promise<void> {
    const sum = createHash('sha256').update(bytes).digest('base64');
    await this.#call(`write ${this.nameOf(path)}`, (sdk, service, Bucket) =>
      service.send(
        new sdk.PutObjectCommand({
          Bucket,
          Key: this.#root + path,
          Body: bytes,
          ChecksumSHA256: sum,
          ...conditionOf(replaces),
          ...(sha256 !== undefined && { Metadata: { [SUM]: sha256 } }),
        }),
      ),
    );
  }

  async remove(path: string): Promise<void> {
    await this.#call(`delete ${this.nameOf(path)}`, (sdk, service, Bucket) =>
      service.send(new sdk.DeleteObjectCommand({ Bucket, Key: this.#root + path })),
    );
  }

  /** Of a path, those that were begun and neither completed nor aborted. */
  async uploads(path: string): Promise<readonly string[]> {
    const Key = this.#root + path;
    const found: string[] = [];
    for (let after: object | undefined = {}; after !== undefined;) {
      const marker: object = after;
      const page = await this.#call(`list the uploads of ${this.nameOf(path)}`, (sdk, service, Bucket) =>
        service.send(new sdk.ListMultipartUploadsCommand({ Bucket, Prefix: Key, ...marker })),
      );
      for (const upload of page.Uploads ?? []) if (upload.Key === Key) found.push(upload.UploadId ?? '');
      const { NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker } = page;
      after = page.IsTruncated === true ? { KeyMarker, UploadIdMarker } : undefined;
    }
    return found;
  }

  async beginUpload(path: string, sha256: string): Promise<string> {
    const { UploadId = '' } = await this.#call(`write ${this.nameOf(path)}`, (sdk, service, Bucket) =>
      service.send(
        new sdk.CreateMultipartUploadCommand({
          Bucket,
          Key: this.#root + path,
          ChecksumAlgorithm: 'SHA256',
          Metadata: { [SUM]: sha256 },
        }),
      ),
    );
    return UploadId;
  }

  async uploadPart(path: string, upload: string, number: number, bytes: Uint8Array): Promise<S3Part> {
    const sum = createHash('sha256').update(bytes).digest('base64');
    const { ETag } = await this.#call(`write part ${number} of ${this.nameOf(path)}`, (sdk, service, Bucket) =>
      service.send(
        new sdk.UploadPartCommand({
          Bucket,
          Key: this.#root + path,
          UploadId: upload,
          PartNumber: number,
          Body: bytes,
          ChecksumSHA256: sum,
        }),
      ),
    );
    return { PartNumber: number, ETag, ChecksumSHA256: sum };
  }

  async completeUpload(path: string, upload: string, parts: readonly S3Part[], replaces: Replaces): Promise<void> {
    await this.#call(`write ${this.nameOf(path)}`, (sdk, service, Bucket) =>
      service.send(
        new sdk.CompleteMultipartUploadCommand({
          Bucket,
          Key: this.#root + path,
          UploadId: upload,
          MultipartUpload: { Parts: [...parts] },
          ...conditionOf(replaces),
        }),
      ),
    );
  }

  /** What is not there any more is no error. */
  async abortUpload(path: string, upload: string): Promise<void> {
    try {
      await this.#call(`abort an upload of ${this.nameOf(path)}`, (sdk, service, Bucket) =>
        service.send(new sdk.AbortMultipartUploadCommand({ Bucket, Key: this.#root + path, UploadId: upload })),
      );
    } catch (cause) {
      if (failureName(cause) !== 'NoSuchUpload') throw cause;
    }
  }

  /** For people. */
  nameOf(path: string): string {
    return `${this.where}/${path}`;
  }

  close(): void {
    this.#client.close();
  }

  async *#pages(
    folder: string,
    more: Omit<Sdk.ListObjectsV2CommandInput, 'Bucket'>,
  ): AsyncGenerator<Sdk.ListObjectsV2CommandOutput, void, undefined> {
    for (let token: string | undefined, isFirst = true; isFirst || token !== undefined; isFirst = false) {
      const after = token;
      const page = await this.#call(`list ${this.nameOf(folder)}`, (sdk, service, Bucket) =>
        service.send(
          new sdk.ListObjectsV2Command({
            Bucket,
            Prefix: this.#root + folder,
            ...(after !== undefined && { ContinuationToken: after }),
            ...more,
          }),
        ),
      );
      yield page;
      token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    }
  }

  #call<Result>(
    action: string,
    work: (sdk: typeof Sdk, service: Sdk.S3Client, bucket: string) => Promise<Result>,
  ): Promise<Result> {
    return this.#client.call(action, (sdk, service) => work(sdk, service, this.#client.location.bucket));
  }

  async #unlessMissing<Result>(
    path: string,
    verb: string,
    work: (
      sdk: typeof Sdk,
      service: Sdk.S3Client,
      target: { readonly Bucket: string; readonly Key: string },
    ) => Promise<Result>,
  ): Promise<Result | undefined> {
    try {
      return await this.#call(`${verb} ${this.nameOf(path)}`, (sdk, service, Bucket) =>
        work(sdk, service, { Bucket, Key: this.#root + path }),
      );
    } catch (cause) {
      if (isMissing(cause)) return undefined;
      throw cause;
    }
  }
}

/** Whether a condition was not met: the object is another one than was expected, or is just being written by others. */
export function isRefused(cause: unknown): boolean {
  const name = failureName(cause);
  return name === 'PreconditionFailed' || name === 'ConditionalRequestConflict' || name === '412';
}

/** An answer to HEAD has no body that could name the bucket, so that a missing one looks the same there. */
function isMissing(cause: unknown): boolean {
  const name = failureName(cause);
  return name === 'NoSuchKey' || name === 'NotFound';
}

function conditionOf(replaces: Replaces | undefined): { readonly IfMatch?: string; readonly IfNoneMatch?: string } {
  if (replaces === undefined) return {};
  return replaces.etag === undefined ? { IfNoneMatch: '*' } : { IfMatch: replaces.etag };
}

async function whole(
  body: { transformToByteArray(): Promise<Uint8Array> } | undefined,
  expected: number | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = Uint8Array.from((await body?.transformToByteArray()) ?? []);
  if (expected === undefined || bytes.length === expected) return bytes;
  throw Object.assign(new Error(`${bytes.length} of ${expected} bytes came`), { code: 'ECONNRESET' });
}
