import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';

/** What a server answers to the calls that we make, in order, without times. */
export async function answersOf(endpoint: string): Promise<object[]> {
  const client = new S3Client({
    endpoint,
    region: 'us-east-1',
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  const Bucket = 'answers';
  const answers: object[] = [];
  const ask = async (call: () => Promise<object>): Promise<void> => {
    answers.push(await call().catch((error: unknown) => failureOf(error)));
  };
  const put = (Key: string, Body: string, more: object = {}): Promise<void> =>
    ask(async () => {
      const { ETag, $metadata } = await client.send(
        new PutObjectCommand({ Bucket, Key, Body: Buffer.from(Body), ...more }),
      );
      return { put: Key, status: $metadata.httpStatusCode, ETag };
    });
  const get = (Key: string): Promise<void> =>
    ask(async () => {
      const { Body, ContentLength, ETag, $metadata } = await client.send(new GetObjectCommand({ Bucket, Key }));
      return { get: Key, status: $metadata.httpStatusCode, ContentLength, ETag, text: await Body?.transformToString() };
    });
  const list = (request: object, bucket = Bucket): Promise<void> =>
    ask(async () => {
      const { Contents, KeyCount, IsTruncated, $metadata } = await client.send(
        new ListObjectsV2Command({ Bucket: bucket, ...request }),
      );
      const keys = (Contents ?? []).map(({ Key, Size, ETag }) => [Key, Size, ETag]);
      return { list: request, status: $metadata.httpStatusCode, KeyCount, IsTruncated, keys };
    });
  const remove = (Key: string): Promise<void> =>
    ask(async () => ({
      delete: Key,
      status: (await client.send(new DeleteObjectCommand({ Bucket, Key }))).$metadata.httpStatusCode,
    }));
  const head = (Key: string): Promise<void> =>
    ask(async () => {
      const { ContentLength, ETag, Metadata, $metadata } = await client.send(new HeadObjectCommand({ Bucket, Key }));
      return { head: Key, status: $metadata.httpStatusCode, ContentLength, ETag, Metadata };
    });
  const range = (Key: string, Range: string, more: object = {}): Promise<void> =>
    ask(async () => {
      const command = new GetObjectCommand({ Bucket, Key, Range, ...more });
      const { Body, ContentLength, ContentRange, $metadata } = await client.send(command);
      const text = await Body?.transformToString();
      return { range: Range, status: $metadata.httpStatusCode, ContentLength, ContentRange, text };
    });
  const begin = async (Key: string): Promise<string> => {
    const Metadata = { 'vsm-sha256': 'of it' };
    const command = new CreateMultipartUploadCommand({ Bucket, Key, Metadata, ChecksumAlgorithm: 'SHA256' });
    return (await client.send(command)).UploadId ?? '';
  };
  const uploads = (Prefix: string): Promise<void> =>
    ask(async () => {
      const { Uploads, IsTruncated } = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix }));
      return { uploads: (Uploads ?? []).map(({ Key }) => Key), IsTruncated };
    });
  const part = async (Key: string, UploadId: string, PartNumber: number, Body: Buffer): Promise<object> => {
    const ChecksumSHA256 = createHash('sha256').update(Body).digest('base64');
    const command = new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body, ChecksumSHA256 });
    const { ETag, $metadata } = await client.send(command);
    answers.push({ part: PartNumber, status: $metadata.httpStatusCode, ETag });
    return { PartNumber, ETag, ChecksumSHA256 };
  };
  const complete = (Key: string, UploadId: string, Parts: readonly object[], more: object = {}): Promise<void> =>
    ask(async () => {
      const command = new CompleteMultipartUploadCommand({
        Bucket,
        Key,
        UploadId,
        MultipartUpload: { Parts: [...Parts] },
        ...more,
      });
      const { ETag, $metadata } = await client.send(command);
      return { complete: Key, status: $metadata.httpStatusCode, ETag };
    });
  const abort = (Key: string, UploadId: string): Promise<void> =>
    ask(async () => {
      const { $metadata } = await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
      return { abort: Key, status: $metadata.httpStatusCode };
    });
  try {
    await client.send(new CreateBucketCommand({ Bucket })).catch(() => undefined);
    for (const key of ['b/2', 'b/10', 'a', 'b/1', 'B', 'é & <']) await put(key, `text of ${key}`);
    await put('b/1', 'another text');
    await put('sum', 'text', { ChecksumSHA256: createHash('sha256').update('text').digest('base64') });
    await put('empty', '');
    for (const key of ['b/1', 'é & <', 'empty', 'none']) await get(key);
    await list({});
    await list({ Prefix: 'b/' });
    await list({ Prefix: 'none/' });
    await list({}, 'no-such-bucket');
    for (const [Prefix, MaxKeys] of [
      ['', 1000],
      ['b/', 1000],
      ['', 3],
    ] as const) {
      const page = await client.send(new ListObjectsV2Command({ Bucket, Prefix, Delimiter: '/', MaxKeys }));
      const keys = (page.Contents ?? []).map(({ Key }) => Key);
      answers.push({ folder: Prefix, keys, folders: page.CommonPrefixes, KeyCount: page.KeyCount });
    }
    for (const key of ['b/1', 'none']) await head(key);
    for (const asked of ['bytes=0-0', 'bytes=3-6', 'bytes=8-100', 'bytes=100-200']) await range('b/1', asked);
    const etag = `"${createHash('md5').update('another text').digest('hex')}"`;
    await range('b/1', 'bytes=0-3', { IfMatch: etag });
    await range('b/1', 'bytes=0-3', { IfMatch: '"other"' });
    await range('none', 'bytes=0-3', { IfMatch: etag });
    await put('b/1', 'one text', { IfNoneMatch: '*' });
    await put('b/1', 'one text', { IfMatch: '"other"' });
    await put('b/1', 'another text', { IfMatch: etag, Metadata: { 'vsm-sha256': 'of it' } });
    await put('c', 'third text', { IfMatch: etag });
    await put('c', 'third text', { IfNoneMatch: '*' });
    await head('b/1');
    await uploads('large');
    const [large, left] = [await begin('large'), await begin('large and left')];
    await uploads('large');
    const pieces = [Buffer.alloc(5 * 1024 * 1024, 'a'), Buffer.from('the end')];
    const parts = [];
    for (const [at, piece] of pieces.entries()) parts.push(await part('large', large, at + 1, piece));
    await head('large');
    await complete('large', large, [{ ...parts[0], ETag: '"other"' }]);
    await complete('large', large, parts, { IfNoneMatch: '*' });
    await head('large');
    await complete('large', await begin('large'), [], { IfNoneMatch: '*' });
    await range('large', `bytes=${5 * 1024 * 1024 - 2}-${5 * 1024 * 1024 + 2}`);
    await uploads('large');
    for (const id of [left, left, large]) await abort('large and left', id);
    const pages: unknown[] = [];
    let token: string | undefined;
    do {
      const page = await client.send(new ListObjectsV2Command({ Bucket, MaxKeys: 3, ContinuationToken: token }));
      pages.push([page.IsTruncated, (page.Contents ?? []).map(({ Key }) => Key)]);
      token = page.NextContinuationToken;
    } while (token !== undefined);
    answers.push({ pages });
    for (const key of ['b/1', 'b/1']) await remove(key);
    await get('b/1');
    return answers;
  } finally {
    client.destroy();
  }
}

function failureOf(error: unknown): object {
  const { name, $metadata } = error as {
    readonly name: string;
    readonly $metadata?: { readonly httpStatusCode?: number };
  };
  return { error: name, status: $metadata?.httpStatusCode };
}
