import { createHash } from 'node:crypto';
import type * as Sdk from '@aws-sdk/client-s3';
import { VsmError } from '@vsm/core/adapter';
import { failureName, type S3Client } from './client.ts';

/** Under which the SHA-256 of its content stands beside an object of ours, so that it is known again without being read. */
export const SUM = 'vsm-sha256';

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

/** One object, as the service wants it named. */
export interface S3Target {
  readonly Bucket: string;
  readonly Key: string;
}

/** What lies there while something is written: an object with this tag, or none at all. */
export type Replaces = { readonly etag: string | undefined };

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
    return this.#find(path, async (sdk, service, target) => {
      const { ContentLength = 0, ETag = '', Metadata } = await service.send(new sdk.HeadObjectCommand(target));
      return { bytes: ContentLength, etag: ETag, sha256: Metadata?.[SUM] };
    });
  }

  /** `undefined` where it is not there. */
  async get(
    path: string,
  ): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly etag: string | undefined } | undefined> {
    return this.#find(path, async (sdk, service, target) => {
      const { Body, ContentLength, ETag } = await service.send(new sdk.GetObjectCommand(target));
      return { bytes: await whole(Body, ContentLength), etag: ETag };
    });
  }

  /** The bytes of [start, end). @throws VsmError `CONFLICT` where the object is not the one of `etag` any more */
  async range(path: string, start: number, end: number, etag: string): Promise<Uint8Array<ArrayBuffer>> {
    try {
      return await this.call('read', path, async (sdk, service, target) => {
        const Range = `bytes=${start}-${end - 1}`;
        const { Body } = await service.send(new sdk.GetObjectCommand({ ...target, Range, IfMatch: etag }));
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
    await this.call('write', path, (sdk, service, target) =>
      service.send(
        new sdk.PutObjectCommand({
          ...target,
          Body: bytes,
          ChecksumSHA256: sum,
          ...conditionOf(replaces),
          ...(sha256 !== undefined && { Metadata: { [SUM]: sha256 } }),
        }),
      ),
    );
  }

  async remove(path: string): Promise<void> {
    await this.call('delete', path, (sdk, service, target) => service.send(new sdk.DeleteObjectCommand(target)));
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
      const page = await this.call('list', folder, (sdk, service, { Bucket, Key }) =>
        service.send(
          new sdk.ListObjectsV2Command({
            Bucket,
            Prefix: Key,
            ...(after !== undefined && { ContinuationToken: after }),
            ...more,
          }),
        ),
      );
      yield page;
      token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    }
  }

  /** @param verb what is attempted with a path, as in: cannot … */
  call<Result>(
    verb: string,
    path: string,
    work: (sdk: typeof Sdk, service: Sdk.S3Client, target: S3Target) => Promise<Result>,
  ): Promise<Result> {
    const target = { Bucket: this.#client.location.bucket, Key: this.#root + path };
    return this.#client.call(`${verb} ${this.nameOf(path)}`, (sdk, service) => work(sdk, service, target));
  }

  async #find<Result>(
    path: string,
    work: (sdk: typeof Sdk, service: Sdk.S3Client, target: S3Target) => Promise<Result>,
  ): Promise<Result | undefined> {
    try {
      return await this.call('read', path, work);
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

export function conditionOf(replaces: Replaces | undefined): {
  readonly IfMatch?: string;
  readonly IfNoneMatch?: string;
} {
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
