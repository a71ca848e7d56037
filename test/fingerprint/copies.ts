import {
  fingerprint,
  migrate,
  compareFingerprints,
  type Fingerprint,
  type FingerprintReport,
  type Metric,
} from '@vsm/core';
import { filledMemory } from '../engine/stores.ts';
import type { middleStores, Middle } from '../property/middles.ts';
import { schemaOf, variedRecords } from './records.ts';

interface Copies {
  readonly original: Fingerprint;
  readonly reports: Readonly<Record<string, FingerprintReport>>;
  readonly digests: ReadonlySet<string>;
}

/** Moves the same records into each store, and compares the fingerprint of each copy with that of the original. */
export async function fingerprintsOfCopies(
  open: ReturnType<typeof middleStores>,
  middles: readonly Middle[],
  { count, metric, dimension = 8 }: { readonly count: number; readonly metric: Metric; readonly dimension?: number },
): Promise<Copies> {
  const source = await filledMemory(variedRecords(count, dimension), schemaOf(metric, dimension));
  const original = await fingerprint({ source, collection: 'docs' });
  const reports: Record<string, FingerprintReport> = {};
  const digests = new Set([original.digest]);
  for (const middle of middles) {
    const target = open(middle);
    const targetCollection = `prints_${metric}_${count}`;
    await migrate({ source, target, sourceCollection: 'docs', targetCollection, validate: false, checkpoints: false });
    const found = await fingerprint({ source: target, collection: targetCollection });
    reports[middle] = compareFingerprints(original, found);
    digests.add(found.digest);
    await target.close();
  }
  return { original, reports, digests };
}
