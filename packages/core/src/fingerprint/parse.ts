import { ValidationError } from '../errors.ts';
import { VECTOR_FORMS } from '../digest/canonical.ts';
import { own } from '../spec/record.ts';
import { sumOf } from './compare.ts';
import { STORED_AS, totalOf, type Fingerprint, type FingerprintBucket } from './fingerprint.ts';
import { FINEST_BITS } from '../digest/sums.ts';

const DIGEST = /^[0-9a-f]{32}$/;

/**
 * A fingerprint as it was written to a file, checked before anything is concluded from it.
 * @param name of the file, for the message
 * @throws ValidationError for what is none, or one of a later version
 */
export function parseFingerprint(text: string, name = 'the text'): Fingerprint {
  const refuse = (why: string, cause?: unknown): ValidationError =>
    new ValidationError(
      `Cannot read ${name} as a fingerprint: ${why}. Make one with: vsm fingerprint <collection> --out <file>`,
      {
        cause,
      },
    );
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch (cause) {
    throw refuse('it is not JSON', cause);
  }
  if (!isObject(found) || found['format'] !== 'vsm-fingerprint') throw refuse('it does not say that it is one');
  if (found['version'] !== 1)
    throw new ValidationError(
      `Cannot read ${name}: it is a fingerprint of version ${String(found['version'])}, and this version of VSM knows only 1.`,
    );
  const problem = problemOf(found);
  if (problem !== undefined) throw refuse(problem);
  return found as unknown as Fingerprint;
}

function problemOf({
  of,
  records,
  namespaces,
  schema,
  vectors,
  digest,
  bucketBits: bits,
  buckets,
}: Record<string, unknown>): string | undefined {
  if (!isObject(of) || typeof of['collection'] !== 'string' || typeof of['adapter'] !== 'string')
    return 'it does not say of what';
  const { namespaces: chosen } = of;
  if (chosen !== undefined && !(Array.isArray(chosen) && chosen.every((name) => typeof name === 'string')))
    return 'it does not say of which namespaces';
  if (typeof digest !== 'string' || !/^[0-9a-f]{64}$/.test(digest)) return 'its digest is no SHA-256';
  if (!isCount(records)) return 'its number of records is none';
  if (namespaces !== undefined && !(isObject(namespaces) && Object.values(namespaces).every(isCount)))
    return 'its namespaces have no counts';
  if (namespaces !== undefined && totalCount(Object.values(namespaces) as number[]) !== records)
    return 'its namespaces hold other records than it says';
  if (!isObject(schema) || !isObject(schema['vectors']) || !Object.values(schema['vectors']).every(isObject))
    return 'it has no schema';
  if (!isObject(vectors)) return 'it says nothing of vectors';
  for (const vector of Object.values(vectors)) {
    if (!isObject(vector) || !oneOf(VECTOR_FORMS, vector['form']) || !oneOf(STORED_AS, vector['stored']))
      return 'it has a vector of an unknown form';
  }
  if (!isCount(bits) || bits > FINEST_BITS) return `its bucketBits are not from 0 to ${FINEST_BITS}`;
  if (!isObject(buckets)) return 'it has no buckets';
  let total = 0;
  for (const [number, bucket] of Object.entries(buckets)) {
    if (!/^\d+$/.test(number) || Number(number) >= 2 ** bits || !isBucket(bucket))
      return `its bucket ${number} is damaged`;
    total += (bucket as [number])[0];
  }
  if (total !== records) return `its buckets hold ${total} records, but it says ${records}`;
  const sum = sumOf(Object.values(buckets) as FingerprintBucket[]);
  const found = totalOf(sum, (name) => String((own(vectors, name) as Record<string, unknown> | undefined)?.['form']));
  return found === digest ? undefined : 'its digest is not that of its buckets, so that it was changed or damaged';
}

function totalCount(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

function isBucket(bucket: unknown): boolean {
  if (!Array.isArray(bucket) || bucket.length !== 3) return false;
  const [count, fields, vectors] = bucket as unknown[];
  return isCount(count) && isDigest(fields) && isObject(vectors) && Object.values(vectors).every(isSums);
}

function isSums(sums: unknown): boolean {
  if (!Array.isArray(sums) || sums.length === 0 || sums.length > 2 || !isDigest(sums[0])) return false;
  return sums.length === 1 || Number.isSafeInteger(sums[1]);
}

function isDigest(value: unknown): boolean {
  return typeof value === 'string' && DIGEST.test(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function oneOf(names: readonly string[], value: unknown): boolean {
  return typeof value === 'string' && names.includes(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
