import { hash } from 'node:crypto';
import { failureName } from './client.ts';
import { conditionOf, SUM, type Replaces, type S3Objects } from './objects.ts';

export interface S3Part {
  readonly PartNumber: number;
  readonly ETag: string | undefined;
  readonly ChecksumSHA256: string;
}

/** Uploads to a path that were begun, and neither completed nor aborted. */
export async function listUploads(objects: S3Objects, path: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (let after: object | undefined = {}; after !== undefined;) {
    const marker: object = after;
    const page = await objects.call('list the uploads of', path, async (sdk, service, { Bucket, Key }) => {
      const listed = await service.send(new sdk.ListMultipartUploadsCommand({ Bucket, Prefix: Key, ...marker }));
      return { ...listed, own: (listed.Uploads ?? []).filter((upload) => upload.Key === Key) };
    });
    found.push(...page.own.map(({ UploadId = '' }) => UploadId));
    const { NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker } = page;
    after = page.IsTruncated === true ? { KeyMarker, UploadIdMarker } : undefined;
  }
  return found;
}

/** @param sha256 of all of it, which stands beside the object */
export async function beginUpload(objects: S3Objects, path: string, sha256: string): Promise<string> {
  const { UploadId = '' } = await objects.call('write', path, (sdk, service, target) =>
    service.send(
      new sdk.CreateMultipartUploadCommand({ ...target, ChecksumAlgorithm: 'SHA256', Metadata: { [SUM]: sha256 } }),
    ),
  );
  return UploadId;
}

export async function uploadPart(
  objects: S3Objects,
  path: string,
  upload: string,
  part: { readonly number: number; readonly bytes: Uint8Array },
): Promise<S3Part> {
  const named = { PartNumber: part.number, ChecksumSHA256: hash('sha256', part.bytes, 'base64') };
  const { ETag } = await objects.call(`write part ${part.number} of`, path, (sdk, service, target) =>
    service.send(new sdk.UploadPartCommand({ ...target, ...named, UploadId: upload, Body: part.bytes })),
  );
  return { ...named, ETag };
}

/** Gives the parts their name. @throws VsmError `CONFLICT` where something else than `replaces` lies there */
export async function completeUpload(
  objects: S3Objects,
  path: string,
  upload: string,
  { parts, replaces }: { readonly parts: readonly S3Part[]; readonly replaces: Replaces },
): Promise<void> {
  await objects.call('write', path, (sdk, service, target) =>
    service.send(
      new sdk.CompleteMultipartUploadCommand({
        ...target,
        UploadId: upload,
        MultipartUpload: { Parts: [...parts] },
        ...conditionOf(replaces),
      }),
    ),
  );
}

/** What is not there any more is no error. */
export async function abortUpload(objects: S3Objects, path: string, upload: string): Promise<void> {
  try {
    await objects.call('abort an upload of', path, (sdk, service, target) =>
      service.send(new sdk.AbortMultipartUploadCommand({ ...target, UploadId: upload })),
    );
  } catch (cause) {
    if (failureName(cause) !== 'NoSuchUpload') throw cause;
  }
}
