import type { ScanPart } from '../scan/parts.ts';
import { IdDigest, type KeptDigest } from './id-digest.ts';
import type { Sides } from './ids.ts';
import { ValuesPass, type Difference, type KeptPass } from './values-pass.ts';
import { compareSource, type SourceComparison, type VerifyRun } from './comparison.ts';

/** What comparing some parts of the source found, as plain JSON: about 16 KiB, whatever the number of records. */
export interface PartVerification {
  readonly digest: KeptDigest;
  readonly pass: KeptPass;
  readonly totals: Readonly<Record<Difference['kind'], number>>;
  /** The first 100. */
  readonly differences: readonly Difference[];
}

/** Thousands of digests are kept at once, so each is small. */
const BUCKETS = 1024;

/** Compares parts of the source with the target; `run.level` is not `count`, which reads nothing. */
export async function compareParts(parts: readonly ScanPart[], run: VerifyRun): Promise<PartVerification> {
  const { digest, pass, totals, differences } = await compareSource({
    ...run,
    sourceParts: parts,
    digestBuckets: BUCKETS,
  });
  return { digest: digest.toJSON(), pass: await pass.keep(), totals, differences };
}

/** One comparison of the whole source, of those of its parts. */
export async function mergeVerifications(
  verifications: AsyncIterable<PartVerification>,
  run: Sides,
): Promise<SourceComparison> {
  const digest = new IdDigest({ buckets: BUCKETS });
  const pass = new ValuesPass(run);
  const totals = { missing: 0, extra: 0, changed: 0 };
  const differences: Difference[] = [];
  for await (const found of verifications) {
    digest.merge(found.digest);
    pass.merge(found.pass);
    for (const kind of ['missing', 'extra', 'changed'] as const) totals[kind] += found.totals[kind];
    differences.push(...found.differences.slice(0, LISTED - differences.length));
  }
  return { digest, pass, totals, differences };
}

const LISTED = 100;
