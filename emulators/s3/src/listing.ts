import { etagOf, type StoredObject } from './objects.ts';
import { escapeXml } from './problem.ts';

/** ListObjectsV2: keys in the order of their bytes, with those below a delimiter as one. */
export function listing(
  bucketName: string,
  bucket: ReadonlyMap<string, StoredObject>,
  query: URLSearchParams,
  most: number,
): string {
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const pageKeys = Math.min(most, Number(query.get('max-keys') ?? most));
  const entries = new Map<string, StoredObject | undefined>();
  for (const [key, stored] of [...bucket].toSorted(([one], [other]) =>
    Buffer.compare(Buffer.from(one), Buffer.from(other)),
  )) {
    if (!key.startsWith(prefix)) continue;
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    if (end === -1) entries.set(key, stored);
    else entries.set(key.slice(0, end + delimiter.length), undefined);
  }
  const token = query.get('continuation-token');
  const after = token === null ? undefined : Buffer.from(token, 'base64').toString();
  const names = [...entries.keys()];
  const from = after === undefined ? 0 : names.findIndex((name) => name === after) + 1;
  const page = names.slice(from, from + pageKeys);
  const isTruncated = from + page.length < names.length;
  const next = Buffer.from(page.at(-1) ?? '').toString('base64');
  const lines = page.map((name) => {
    const stored = entries.get(name);
    if (stored === undefined) return `<CommonPrefixes><Prefix>${escapeXml(name)}</Prefix></CommonPrefixes>`;
    const { bytes, modified } = stored;
    return `<Contents><Key>${escapeXml(name)}</Key><LastModified>${modified.toISOString()}</LastModified><ETag>${escapeXml(etagOf(bytes))}</ETag><Size>${bytes.length}</Size><StorageClass>STANDARD</StorageClass></Contents>`;
  });
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
