import { readFileSync } from 'node:fs';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startS3Emulator, type S3Emulator } from '../src/index.ts';
import { answersOf } from './answers.ts';

let emulator: S3Emulator;
beforeEach(async () => {
  emulator = await startS3Emulator({ buckets: ['answers'] });
});
afterEach(() => emulator.close());

it('answers as moto 5.2.5 does', async () => {
  const fixture = readFileSync(new URL('../fixtures/moto-5.2.5.json', import.meta.url), 'utf8');
  expect(JSON.parse(JSON.stringify(await answersOf(emulator.url)))).toEqual(JSON.parse(fixture));
});

it('refuses a body whose sum is another one, as Amazon documents it and moto does not', async () => {
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  const client = new S3Client({
    endpoint: emulator.url,
    region: 'us-east-1',
    forcePathStyle: true,
    maxAttempts: 1,
    credentials,
  });
  const ChecksumSHA256 = Buffer.alloc(32).toString('base64');
  const put = new PutObjectCommand({ Bucket: 'answers', Key: 'x', Body: Buffer.from('text'), ChecksumSHA256 });
  await expect(client.send(put)).rejects.toMatchObject({ name: 'BadDigest' });
  expect(emulator.buckets.get('answers')?.size).toBe(0);
  client.destroy();
});

it('looks at the condition of an upload that is completed, as Amazon documents it and moto does not', async () => {
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  const client = new S3Client({ endpoint: emulator.url, region: 'us-east-1', forcePathStyle: true, credentials });
  const target = { Bucket: 'answers', Key: 'x' };
  await client.send(new PutObjectCommand({ ...target, Body: Buffer.from('of others') }));
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(target));
  const part = { ...target, UploadId, PartNumber: 1 };
  const { ETag } = await client.send(new UploadPartCommand({ ...part, Body: Buffer.from('ours') }));
  const complete = new CompleteMultipartUploadCommand({
    ...target,
    UploadId,
    MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
    IfMatch: '"another"',
  });
  await expect(client.send(complete)).rejects.toMatchObject({ name: 'PreconditionFailed' });
  expect(emulator.buckets.get('answers')?.get('x')?.bytes.toString()).toBe('of others');
  client.destroy();
});
