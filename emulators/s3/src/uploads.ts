import { createHash, randomUUID } from 'node:crypto';
import { etagOf, type StoredObject } from './objects.ts';
import { escapeXml, S3Problem } from './problem.ts';

/** Of all parts but the last. */
const LEAST_BYTES = 5 * 1024 * 1024;

export interface MultipartUpload {
  readonly id: string;
  readonly key: string;
  readonly begun: Date;
  readonly metadata: Readonly<Record<string, string>>;
  readonly parts: Map<number, Buffer>;
}

/** The multipart uploads of a bucket that were begun, and neither completed nor aborted. */
export class Uploads {
  readonly open: Map<string, MultipartUpload> = new Map();

  begin(key: string, metadata: Readonly<Record<string, string>>): MultipartUpload {
    const upload = { id: randomUUID(), key, begun: new Date(), metadata, parts: new Map<number, Buffer>() };
    this.open.set(upload.id, upload);
    return upload;
  }

  /** @throws S3Problem `NoSuchUpload` */
  find(key: string, id: string): MultipartUpload {
    const upload = this.open.get(id);
    if (upload !== undefined && upload.key === key) return upload;
    const message =
      'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.';
    throw new S3Problem(404, 'NoSuchUpload', message);
  }

  /** The object that the parts make which a request names. */
  complete({ parts, metadata }: MultipartUpload, body: string): StoredObject {
    const named = [...body.matchAll(/<Part>(.*?)<\/Part>/gs)].map(([, part = '']) => ({
      number: Number(/<PartNumber>(\d+)</.exec(part)?.[1]),
      etag: /<ETag>(.*?)</.exec(part)?.[1]?.replaceAll('&quot;', '"'),
    }));
    const pieces = named.map(({ number, etag }) => {
      const bytes = parts.get(number);
      if (bytes !== undefined && etag === etagOf({ bytes })) return bytes;
      throw new S3Problem(400, 'InvalidPart', 'One or more of the specified parts could not be found.');
    });
    if (pieces.slice(0, -1).some(({ length }) => length < LEAST_BYTES))
      throw new S3Problem(
        400,
        'EntityTooSmall',
        'Your proposed upload is smaller than the minimum allowed object size.',
      );
    const sums = createHash('md5');
    for (const bytes of pieces) sums.update(createHash('md5').update(bytes).digest());
    return {
      bytes: Buffer.concat(pieces),
      modified: new Date(),
      etag: `"${sums.digest('hex')}-${pieces.length}"`,
      metadata,
    };
  }

  list(bucket: string, prefix: string): string {
    const found = [...this.open.values()].filter(({ key }) => key.startsWith(prefix));
    const lines = found.map(
      ({ key, id, begun }) =>
        `<Upload><Key>${escapeXml(key)}</Key><UploadId>${id}</UploadId><Initiated>${begun.toISOString()}</Initiated><StorageClass>STANDARD</StorageClass></Upload>`,
    );
    return answer(
      'ListMultipartUploadsResult',
      `<Bucket>${escapeXml(bucket)}</Bucket><Prefix>${escapeXml(prefix)}</Prefix><MaxUploads>1000</MaxUploads><IsTruncated>false</IsTruncated>${lines.join('')}`,
    );
  }
}

export function answer(name: string, body: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${name} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${body}</${name}>`;
}
