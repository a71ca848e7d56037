import { own } from '../spec/record.ts';
import { vectorLabel } from '../store/vector-label.ts';
import { schemaDifferences } from '../verify/schema.ts';
import { directionTolerance } from './direction.ts';
import type { Fingerprint, FingerprintBucket, VectorSums } from './fingerprint.ts';
import { hexOf, sumOfHex } from '../digest/sums.ts';

/** A bucket that two fingerprints have otherwise. */
export interface BucketDifference {
  readonly bucket: number;
  readonly sourceRecords: number;
  readonly targetRecords: number;
  /** `fields` (id, namespace, metadata, document, uri, names and sizes of vectors), and `vector` or `vector "name"`. */
  readonly parts: readonly string[];
}

export interface FingerprintReport {
  readonly passed: boolean;
  readonly sourceRecords: number;
  readonly targetRecords: number;
  /** In how many buckets ids were divided for this comparison. */
  readonly buckets: number;
  readonly differingBuckets: number;
  /** The first 100. */
  readonly differences: readonly BucketDifference[];
  /** Namespaces that have another number of records, where both sides tell them. */
  readonly namespaces: readonly { readonly namespace: string; readonly source: number; readonly target: number }[];
  /** What was compared less exactly than bit for bit, and why. */
  readonly approximate: readonly string[];
  /** What cannot be compared, and why. Any of these fails the comparison. */
  readonly unproven: readonly string[];
  /** What the schemas say differently, which is not what records hold. */
  readonly notes: readonly string[];
}

const LISTED = 100;

/** Compares what two fingerprints say. Neither store is asked for anything. */
export function compareFingerprints(source: Fingerprint, target: Fingerprint): FingerprintReport {
  const bits = Math.min(source.bucketBits, target.bucketBits);
  const [left, right] = [folded(source, bits), folded(target, bits)];
  const comparison = new VectorComparison(source, target);
  const differences: BucketDifference[] = [];
  let differingBuckets = 0;
  for (const bucket of new Set([...left.keys(), ...right.keys()])) {
    const [one, other] = [left.get(bucket) ?? EMPTY, right.get(bucket) ?? EMPTY];
    const parts = one[0] === other[0] && one[1] === other[1] ? [] : ['fields'];
    parts.push(...comparison.differing(one, other));
    if (parts.length === 0) continue;
    differingBuckets += 1;
    if (differences.length < LISTED)
      differences.push({ bucket, sourceRecords: one[0], targetRecords: other[0], parts });
  }
  const { unproven } = comparison;
  if (namespacesOf(source) !== namespacesOf(target))
    unproven.push('they were taken of different namespaces: take both of the same');
  return {
    passed: differingBuckets === 0 && unproven.length === 0,
    sourceRecords: source.records,
    targetRecords: target.records,
    buckets: 2 ** bits,
    differingBuckets,
    differences: differences.toSorted((one, other) => one.bucket - other.bucket),
    namespaces: namespaceDifferences(source, target),
    approximate: comparison.approximate,
    unproven,
    notes: schemaDifferences(source.schema.vectors, target.schema.vectors),
  };
}

const EMPTY: FingerprintBucket = [0, hexOf(0n), {}];

/** The same with fewer buckets: those that become one are added up. */
function folded({ buckets, bucketBits }: Fingerprint, bits: number): Map<number, FingerprintBucket> {
  const groups = Map.groupBy(Object.entries(buckets), ([number]) => Number(number) >>> (bucketBits - bits));
  return new Map([...groups].map(([bucket, entries]) => [bucket, sumOf(entries.map(([, one]) => one))]));
}

/** What several hold together. */
export function sumOf(buckets: readonly FingerprintBucket[]): FingerprintBucket {
  const [first] = buckets;
  if (first !== undefined && buckets.length === 1) return first;
  const names = new Set(buckets.flatMap(([, , vectors]) => Object.keys(vectors)));
  const vectors = [...names].map((name): [string, VectorSums] => {
    const sums = buckets.map((bucket) => own(bucket[2], name)).filter((one) => one !== undefined);
    const digest = hexOf(sumOfHex(sums.map(([one]) => one)));
    if (sums.some(([, direction]) => direction === undefined)) return [name, [digest]];
    return [name, [digest, sums.reduce((total, [, direction = 0]) => total + direction, 0)]];
  });
  return [
    buckets.reduce((total, [records]) => total + records, 0),
    hexOf(sumOfHex(buckets.map(([, fields]) => fields))),
    Object.fromEntries(vectors),
  ];
}

/** Compares vectors by their bits, and by their directions where a store promises no more. */
class VectorComparison {
  readonly approximate: string[] = [];
  readonly unproven: string[] = [];
  readonly #source: Fingerprint;
  readonly #target: Fingerprint;
  readonly #names: readonly string[];
  readonly #told = new Set<string>();

  constructor(source: Fingerprint, target: Fingerprint) {
    this.#source = source;
    this.#target = target;
    this.#names = [...new Set([...Object.keys(source.vectors), ...Object.keys(target.vectors)])];
    for (const name of this.#names) {
      const [from, to] = [own(source.vectors, name)?.form, own(target.vectors, name)?.form];
      if (from === undefined || to === undefined || from === to) continue;
      this.unproven.push(
        `${vectorLabel(name)}: the source was taken as ${from}, the target as ${to}. Compare the collection itself with the fingerprint, which is then taken in the same form`,
      );
    }
  }

  differing(one: FingerprintBucket, other: FingerprintBucket): string[] {
    return this.#names
      .filter((name) => !this.#equal(name, own(one[2], name), own(other[2], name), Math.max(one[0], other[0])))
      .map(vectorLabel);
  }

  #equal(name: string, one: VectorSums | undefined, other: VectorSums | undefined, records: number): boolean {
    if (one?.[0] === other?.[0]) return true;
    const changed = [this.#source, this.#target].map(({ vectors }) => own(vectors, name)?.stored ?? 'exact');
    const inexact = changed.find((stored) => stored !== 'exact');
    if (one === undefined || other === undefined || inexact === undefined) return false;
    const [from, to] = [one[1], other[1]];
    const why = inexact === 'normalized' ? 'scales them to length 1' : 'rounds their components';
    if (from === undefined || to === undefined) {
      const what = `${vectorLabel(name)}: a store ${why}, and there is no sum of directions to compare by`;
      this.#tell(this.unproven, `${what}: verify the two collections while both are there`);
      return false;
    }
    const dimension = dimensionOf(this.#source, name) ?? dimensionOf(this.#target, name) ?? 0;
    if (Math.abs(from - to) > directionTolerance(records, dimension)) return false;
    this.#tell(
      this.approximate,
      `${vectorLabel(name)}: a store ${why}, so that directions were compared, by their sum in each bucket`,
    );
    return true;
  }

  #tell(list: string[], what: string): void {
    if (this.#told.has(what)) return;
    this.#told.add(what);
    list.push(what);
  }
}

function dimensionOf({ schema }: Fingerprint, name: string): number | undefined {
  return own(schema.vectors, name)?.dimension;
}

function namespacesOf({ of }: Fingerprint): string {
  return JSON.stringify(of.namespaces?.toSorted() ?? null);
}

function namespaceDifferences(source: Fingerprint, target: Fingerprint): FingerprintReport['namespaces'] {
  if (source.namespaces === undefined || target.namespaces === undefined) return [];
  const [left, right] = [source.namespaces, target.namespaces];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])]
    .map((namespace) => ({ namespace, source: own(left, namespace) ?? 0, target: own(right, namespace) ?? 0 }))
    .filter((one) => one.source !== one.target)
    .slice(0, LISTED);
}
