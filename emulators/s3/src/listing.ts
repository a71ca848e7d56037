import { etagOf, type StoredObject } from './objects.ts';
import { escapeXml } from './problem.ts';

/** ListObjectsV2: keys in the order of their bytes. */
export function listing(
  bucketName: string,
  bucket: ReadonlyMap<string, StoredObject>,
  query: URLSearchParams,
  most: number,
): string {
  const prefix = query.get('prefix') ?? '';
  const pageKeys = Math.min(most, Number(query.get('max-keys') ?? most));
  const entries = [...bucket]
    .filter(([key]) => key.startsWith(prefix))
    .toSorted(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
  const token = query.get('continuation-token');
  const after = token === null ? undefined : Buffer.from(token, 'base64').toString();
  const from = after === undefined ? 0 : entries.findIndex(([key]) => key === after) + 1;
  const page = entries.slice(from, from + pageKeys);
  const isTruncated = from + page.length < entries.length;
  const next = Buffer.from(page.at(-1)?.[0] ?? '').toString('base64');
  const lines = page.map(
    ([key, { bytes, modified }]) =>
      `<Contents><Key>${escapeXml(key)}</Key><LastModified>${modified.toISOString()}</LastModified><ETag>${escapeXml(etagOf(bytes))}</ETag><Size>${bytes.length}</Size><StorageClass>STANDARD</StorageClass></Contents>`,
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
    `<Name>${escapeXml(bucketName)}</Name><Prefix>${escapeXml(prefix)}</Prefix><KeyCount>${page.length}</KeyCount><MaxKeys>${pageKeys}</MaxKeys>`,
    `<IsTruncated>${isTruncated}</IsTruncated>`,
    isTruncated ? `<NextContinuationToken>${next}</NextContinuationToken>` : '',
    ...lines,
    '</ListBucketResult>',
  ].join('');
}
