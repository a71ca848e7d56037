import { createMemory } from '@vsm/adapter-memory';
import { guardStore, RemoteError, type VectorStoreV1 } from '@vsm/core/adapter';
import { describe, expect, it } from 'vitest';
import {
  conformanceCases,
  runConformance,
  type CaseResult,
  type ConformanceOptions,
  type ConformanceReport,
} from '../src/index.ts';
import { runCase } from '../src/run-case.ts';
import { frozen, inUseBugs } from './planted/in-use.ts';
import { busyError, busyStore, offeredBugs, onGivenClient } from './planted/offered.ts';
import type { PlantedBug } from './planted/planted-bug.ts';
import { readingBugs } from './planted/reading.ts';
import { foreseeing, ruleBugs, rulesOfMemory } from './planted/rules.ts';
import { storeBugs, tellingRoom, workingBulkLoad } from './planted/store.ts';
import { twoRoadsBugs } from './planted/two-roads.ts';
import { uncheckedBugs } from './planted/unchecked.ts';
import { writingBugs } from './planted/writing.ts';
import { locationHarness } from './folder-store.ts';
import { sharedMemory, type SharedMemoryOptions } from './shared-memory.ts';
import { weakerStores } from './weaker-stores.ts';

const SECRET = 'hunter2';

describe('a planted bug is caught by the case that exists for it', () => {
  const bugs: readonly PlantedBug[] = [
    ...readingBugs,
    ...writingBugs,
    ...storeBugs,
    ...inUseBugs,
    ...offeredBugs,
    ...twoRoadsBugs,
    ...uncheckedBugs,
    ...ruleBugs,
  ];
  const pairs = bugs.flatMap((bug) => [bug.caughtBy, ...(bug.alsoBy ?? [])].map((id) => ({ ...bug, id })));

  it.each(pairs)('$fault → $id', async ({ id, soundCapabilities, sound: parts, ...bug }) => {
    const broken = await runOn(id, bug);
    expect(broken).toMatchObject({ status: 'failed', hint: expect.stringMatching(/./) });
    expect(broken.detail).not.toMatch(/^while cleaning up/);
    const sound = await runOn(id, { capabilities: soundCapabilities ?? bug.capabilities, ...parts });
    expect(sound).toMatchObject({ status: 'passed' });
  });

  it('and every case has a bug to catch', () => {
    const caught = new Set(pairs.map(({ id }) => id));
    const idle = conformanceCases.map(({ id }) => id).filter((id) => !caught.has(id));
    // No store can make names collide; and whether a query is refused is up to the adapter alone, see weaker-stores.ts.
    expect(idle).toEqual(['harness/names-are-unique-and-portable', 'query/is-refused-without-metrics']);
    expect(new Set(bugs.map(({ fault }) => fault)).size).toBe(bugs.length);
  });
});

describe('a store without bugs passes', () => {
  const stores: readonly (readonly [string, () => Omit<ConformanceOptions, 'adapter'>])[] = [
    ['in memory', () => ({ connect: createMemory })],
    ['behind a shared connection', offeringAll],
    ['with a second guard around it', () => sharedMemory({ over: guardStore })],
    ['with a bulk load', () => sharedMemory({ under: workingBulkLoad, capabilities: { keepsSchema: false } })],
    ['that tells its room', () => sharedMemory({ under: tellingRoom })],
    ['that reads one moment', () => sharedMemory({ under: frozen(), capabilities: { scan: 'snapshot' } })],
    ['without dropCollection', () => ({ connect: () => leaveOut(createMemory(), 'dropCollection') })],
    ...weakerStores,
  ];
  const reports = new Map<string, Promise<ConformanceReport>>();
  const reportOf = (name: string, options: (typeof stores)[number][1]): Promise<ConformanceReport> => {
    const report = reports.get(name) ?? runConformance({ adapter: 'memory', secret: SECRET, ...options() });
    reports.set(name, report);
    return report;
  };

  it.each(stores)('%s', async (name, options) => {
    const report = await reportOf(name, options);
    expect(report.cases.filter(({ status }) => status === 'failed')).toEqual([]);
    expect(report.passed + report.notApplicable).toBe(conformanceCases.length);
  });

  it('and every case applies to at least one of these stores', async () => {
    const all = await Promise.all(stores.map(([name, options]) => reportOf(name, options)));
    const passed = new Set(
      all.flatMap(({ cases }) => cases).flatMap(({ id, status }) => (status === 'passed' ? id : [])),
    );
    expect(conformanceCases.map(({ id }) => id).filter((id) => !passed.has(id))).toEqual([]);
  });
});

type Planted = SharedMemoryOptions & Pick<PlantedBug, 'unreachable' | 'offers' | 'folders'>;

async function runOn(id: string, { unreachable, offers, folders, ...planted }: Planted): Promise<CaseResult> {
  const found = conformanceCases.find((one) => one.id === id);
  if (found === undefined) throw new Error(`there is no case "${id}"`);
  const { connect, seed, raw } = sharedMemory(planted);
  return runCase(found, {
    adapter: 'memory',
    connect,
    seed,
    raw,
    secret: SECRET,
    settleMs: 50,
    ...soundOffers(connect),
    ...(unreachable !== undefined && { unreachable }),
    ...(folders !== undefined && { locations: locationHarness(connect, folders) }),
    ...offers,
  });
}

function offeringAll(): Omit<ConformanceOptions, 'adapter'> {
  const shared = sharedMemory({ under: foreseeing });
  return { ...shared, ...soundOffers(shared.connect) };
}

/** All that a harness can offer, without faults. */
function soundOffers(connect: () => VectorStoreV1): Partial<ConformanceOptions> {
  return {
    unreachable: nobodyThere,
    locations: locationHarness(connect),
    givenClient: onGivenClient(false),
    busy: busyStore(() => busyError(true)),
    rules: rulesOfMemory,
  };
}

function nobodyThere(): VectorStoreV1 {
  return {
    ...createMemory(),
    async listCollections() {
      const cause = new TypeError('fetch failed');
      throw new RemoteError('memory: cannot list collections: nobody answers', {
        adapter: 'memory',
        retryable: true,
        cause,
      });
    },
  };
}

function leaveOut(store: VectorStoreV1, verb: keyof VectorStoreV1): VectorStoreV1 {
  return Object.fromEntries(Object.entries(store).filter(([name]) => name !== verb)) as unknown as VectorStoreV1;
}
