import { conformanceCases } from '../cases/index.ts';
import { isOffered, OFFERS, type Offer } from '../offers.ts';
import type { ConformanceOptions } from '../options.ts';
import { checkDeviations, runCase, type CaseResult } from '../run-case.ts';

/** Plain JSON. The four counts add up to the number of cases. */
export interface ConformanceReport {
  readonly adapter: string;
  readonly passed: number;
  readonly failed: number;
  readonly notApplicable: number;
  readonly deviations: number;
  /** What the harness offered beside the adapter itself; without it, the adapter is its own witness. */
  readonly witnesses: Readonly<Record<Offer, boolean>>;
  readonly cases: readonly CaseResult[];
}

export interface RunOptions extends ConformanceOptions {
  /** Called after every case. */
  readonly onCase?: ((result: CaseResult) => void) | undefined;
}

/**
 * Runs every case, one after the other; a failing case is data, not an error.
 * @throws RangeError where a deviation names a case that does not exist.
 */
export async function runConformance(options: RunOptions): Promise<ConformanceReport> {
  checkDeviations(conformanceCases, options);
  const cases: CaseResult[] = [];
  for (const one of conformanceCases) {
    const result = await runCase(one, options);
    cases.push(result);
    options.onCase?.(result);
  }
  const count = (status: CaseResult['status']): number => cases.filter((result) => result.status === status).length;
  return {
    adapter: options.adapter,
    passed: count('passed'),
    failed: count('failed'),
    notApplicable: count('not-applicable'),
    deviations: count('deviation'),
    witnesses: Object.fromEntries(OFFERS.map((offer) => [offer, isOffered(offer, options)])) as Record<Offer, boolean>,
    cases,
  };
}
