import { describe, it } from 'vitest';
import { conformanceCases } from '../cases/index.ts';
import type { ConformanceOptions } from '../options.ts';
import { checkDeviations, runCase } from '../run-case.ts';

export type { BusyStore, ConformanceOptions, GivenClient, LocationHarness, RawReader } from '../options.ts';

/** Registers one vitest test per case. A case that does not apply to the adapter's capabilities is shown as skipped. */
export function testAdapter(options: ConformanceOptions): void {
  checkDeviations(conformanceCases, options);
  const timeout = (options.timeoutMs ?? 60_000) * 3;
  describe(`${options.adapter} conformance`, () => {
    for (const one of conformanceCases) {
      // The case itself does the asserting.
      // oxlint-disable-next-line vitest/expect-expect
      it(`${one.id}: ${one.title}`, { timeout, retry: 0 }, async ({ skip }) => {
        const result = await runCase(one, options);
        if (result.status === 'not-applicable') skip(result.detail ?? 'does not apply to these capabilities');
        if (result.status === 'failed') throw new Error(`${one.id}: ${result.detail}\n  usual causes: ${result.hint}`);
      });
    }
  });
}
