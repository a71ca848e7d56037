import { expect, it } from 'vitest';
import type { MigrationPlan } from '../plan/migration-plan.ts';
import { Census, compareCensus, type CensusSide } from './census.ts';

const PLAN = { leftVectors: [], vectorNames: {} } as unknown as MigrationPlan;

function sideOf(numbers: readonly number[]): CensusSide {
  const census = new Census();
  for (const at of numbers) {
    const metadata = Object.fromEntries(Array.from({ length: 10 }, (_, place) => [`key ${at} ${place}`, place]));
    census.add({ id: String(at), namespace: `tenant ${at}`, vectors: {}, metadata });
  }
  return census.side;
}

it.each([
  ['few', 20],
  ['more than are counted by name', 1500],
])('%s namespaces and fields in another order are the same, and one that is missing is told', (_what, size) => {
  const numbers = Array.from({ length: size }, (_, at) => at);
  const source = sideOf(numbers);
  const context = { plan: PLAN, transformed: false, leftOut: 0 };
  expect(compareCensus(source, source, sideOf(numbers.toReversed()), context).unexplained).toEqual([]);
  const { unexplained } = compareCensus(source, source, sideOf(numbers.slice(1).toReversed()), context);
  for (const what of ['field', 'namespace']) expect(unexplained.join('\n')).toContain(what);
});
