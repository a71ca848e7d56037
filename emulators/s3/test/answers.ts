import { createHash } from 'node:crypto';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';

/** What a server answers to the calls that backups make, in order, without times. */
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
