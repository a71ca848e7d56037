import { createMemory } from '@vsm/adapter-memory';
import { guardStore, type VectorStoreV1 } from '@vsm/core/adapter';
import { describe, expect, it } from 'vitest';
import { conformanceCases, runConformance, type ConformanceCase, type ConformanceOptions } from '../src/index.ts';
import { runCase } from '../src/run-case.ts';
import { readingBugs } from './planted/reading.ts';
import { storeBugs, workingBulkLoad } from './planted/store.ts';
import { writingBugs } from './planted/writing.ts';
import { sharedMemory } from './shared-memory.ts';

const SECRET = 'hunter2';

function caseOf(id: string): ConformanceCase {
  const found = conformanceCases.find((one) => one.id === id);
  if (found === undefined) throw new Error(`there is no case "${id}"`);
  return found;
}

function failuresOf(report: Awaited<ReturnType<typeof runConformance>>): string[] {
  return report.cases.filter(({ status }) => status === 'failed').map(({ id, detail }) => `${id}: ${detail}`);
}

describe('a planted bug is caught by the case that exists for it', () => {
  const bugs = [...readingBugs, ...writingBugs, ...storeBugs];

  it.each(bugs)('$fault → $caughtBy', async ({ caughtBy, ...plant }) => {
    const { connect } = sharedMemory(plant);
    const result = await runCase(caseOf(caughtBy), { adapter: 'memory', connect, secret: SECRET, settleMs: 50 });
    expect(result).toMatchObject({ status: 'failed', hint: expect.stringMatching(/./) });
    expect(result.detail).not.toContain('while cleaning up');
  });

  it('and every bug is another one', () => {
    expect(new Set(bugs.map(({ fault }) => fault)).size).toBe(bugs.length);
  });
});

describe('a store without bugs passes', () => {
  it.each<[string, () => Omit<ConformanceOptions, 'adapter'>]>([
    ['in memory', () => ({ connect: () => createMemory() })],
    ['behind a shared connection', () => sharedMemory()],
    ['with a second guard around it', () => sharedMemory({ over: guardStore })],
    ['with a bulk load', () => sharedMemory({ under: workingBulkLoad })],
    [
      'without dropCollection',
      () => ({
        connect: () => {
          const entries = Object.entries(createMemory()).filter(([name]) => name !== 'dropCollection');
          return Object.fromEntries(entries) as unknown as VectorStoreV1;
        },
      }),
    ],
  ])('%s', async (_name, options) => {
    const report = await runConformance({ adapter: 'memory', secret: SECRET, ...options() });
    expect(failuresOf(report)).toEqual([]);
    expect(report.passed).toBeGreaterThan(150);
  });
});
