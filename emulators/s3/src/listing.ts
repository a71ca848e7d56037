import { etagOf, type StoredObject } from './objects.ts';
import { escapeXml } from './problem.ts';
import { answer } from './uploads.ts';

/** ListObjectsV2: keys in the order of their bytes, those behind a delimiter as one. */
export function listing(
  bucketName: string,
  bucket: ReadonlyMap<string, StoredObject>,
  query: URLSearchParams,
  most: number,
): string {
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter');
  const pageKeys = Math.min(most, Number(query.get('max-keys') ?? most));
  const token = query.get('continuation-token');
  const after = token === null ? undefined : Buffer.from(token, 'base64').toString();
  const groups = Map.groupBy(
    [...bucket].filter(([key]) => key.startsWith(prefix)),
    ([key]) => commonPrefix(key, prefix, delimiter) ?? key,
  );
  const names = [...groups.keys()].toSorted(compareBytes);
  const rest = after === undefined ? names : names.filter((name) => compareBytes(name, after) > 0);
  const page = rest.slice(0, pageKeys);
  const isTruncated = page.length < rest.length;
  const next = Buffer.from(page.at(-1) ?? '').toString('base64');
  const [objects, prefixes]: [string[], string[]] = [[], []];
  for (const name of page) {
    const stored = commonPrefix(name, prefix, delimiter) === undefined ? bucket.get(name) : undefined;
    if (stored === undefined) prefixes.push(`<CommonPrefixes><Prefix>${escapeXml(name)}</Prefix></CommonPrefixes>`);
    else objects.push(contents(name, stored));
  }
  return answer(
    'ListBucketResult',
    [
      `<Name>${escapeXml(bucketName)}</Name><Prefix>${escapeXml(prefix)}</Prefix><KeyCount>${page.length}</KeyCount><MaxKeys>${pageKeys}</MaxKeys>`,
      delimiter === null ? '' : `<Delimiter>${escapeXml(delimiter)}</Delimiter>`,
      `<IsTruncated>${isTruncated}</IsTruncated>`,
      isTruncated ? `<NextContinuationToken>${next}</NextContinuationToken>` : '',
      ...objects,
      ...prefixes,
    ].join(''),
  );
}

function contents(key: string, stored: StoredObject): string {
  return `<Contents><Key>${escapeXml(key)}</Key><LastModified>${stored.modified.toISOString()}</LastModified><ETag>${escapeXml(etagOf(stored))}</ETag><Size>${stored.bytes.length}</Size><StorageClass>STANDARD</StorageClass></Contents>`;
}

/** With the delimiter at its end; `undefined` where the key has none behind the prefix. */
function commonPrefix(key: string, prefix: string, delimiter: string | null): string | undefined {
  const end = delimiter === null ? -1 : key.indexOf(delimiter, prefix.length);
  return end === -1 ? undefined : key.slice(0, end + 1);
}

function compareBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
