import { createMemory } from '@vsm/adapter-memory';
import { VectorStoreMigrator, type VectorRecord, type VectorStoreV1, type VerifyOptions } from '@vsm/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { FAULTS, recordsToFault } from './planted-faults.ts';
import { alterCollections, filledMemory, makeRecords } from './stores.ts';

const COUNT = 20_000;
const records = recordsToFault(COUNT);
let source: VectorStoreV1;
beforeAll(async () => {
  source = await filledMemory(records);
});

describe(`among ${COUNT} records, verification finds`, () => {
  it('nothing where nothing differs', async () => {
    const migrator = new VectorStoreMigrator({ source, target: await filledMemory(records.toReversed()) });
    const report = await migrator.verify({ sourceCollection: 'docs', level: 'search' });
    expect(report).toMatchObject({ passed: true, differences: [], valuesCompared: COUNT, search: { overlap: 1 } });
  });

  it.each(FAULTS)('%s at level %s', async (_what, level, make, expected) => {
    const migrator = new VectorStoreMigrator({ source, target: await filledMemory(make(records)) });
    const report = await migrator.verify({ sourceCollection: 'docs', level });
    expect(report).toMatchObject({ passed: false, ...expected });
  });

  it('the first 100 differences, and counts them all', async () => {
    const migrator = new VectorStoreMigrator({ source, target: await filledMemory(records.slice(500)) });
    const report = await migrator.verify({ sourceCollection: 'docs' });
    expect(report).toMatchObject({ passed: false, missing: 500 });
    expect(report.differences).toHaveLength(100);
  });

  it('a share of values where a sample is asked for, and says how sure that makes it', async () => {
    const migrator = new VectorStoreMigrator({ source, target: await filledMemory(records) });
    const report = await migrator.verify({ sourceCollection: 'docs', sample: 1000 });
    expect(report.passed).toBe(true);
    expect(report.valuesCompared).toBeGreaterThan(700);
    expect(report.valuesCompared).toBeLessThan(1300);
    expect(report.confidence).toMatch(/95 % confidence/);
  });

  it('a search that answers otherwise', async () => {
    const memory = await filledMemory(records);
    const worst: VectorStoreV1 = {
      ...memory,
      async openCollection(name, options) {
        const collection = await memory.openCollection(name, options);
        return { ...collection, query: async () => [{ id: 'record-1', score: 1 }] };
      },
    };
    const migrator = new VectorStoreMigrator({ source, target: worst });
    const report = await migrator.verify({ sourceCollection: 'docs', level: 'search' });
    expect(report).toMatchObject({ passed: false, missing: 0, changed: 0, search: { passed: false } });
  });
});

it('says that a filter by what was changed on the way does not tell its records from others', async () => {
  const target = await filledMemory(
    makeRecords(20).map(({ metadata: { index: at, ...rest }, ...record }) => ({
      ...record,
      metadata: { ...rest, at: at as number },
    })),
  );
  const migrator = new VectorStoreMigrator({ source: await filledMemory(makeRecords(20)), target });
  const changed = { filter: { index: { $lt: 10 } }, fields: { rename: { index: 'at' } } };
  const report = await migrator.verify({ sourceCollection: 'docs', ...changed });
  expect(report).toMatchObject({ passed: false, missing: 0, extra: 10, changed: 0, valuesCompared: 10 });
  expect(report.notes.join()).toContain('those of other origin count as extra');
});

it('counts by namespace, and only what the filter selects', async () => {
  const few = makeRecords(10).map((record, index) => (index < 3 ? { ...record, namespace: 'a' } : record));
  const target = await filledMemory(few.filter(({ id }) => id !== 'record-1'));
  const migrator = new VectorStoreMigrator({ source: await filledMemory(few), target });
  expect(await migrator.verify({ sourceCollection: 'docs', level: 'count' })).toMatchObject({
    passed: false,
    missing: 1,
    extra: 0,
    counts: expect.arrayContaining([
      { namespace: 'a', expected: 3, found: 2 },
      { namespace: '', expected: 7, found: 7 },
    ]),
  });
  const filter = { index: { $lt: 1 } };
  expect(await migrator.verify({ sourceCollection: 'docs', level: 'count', filter })).toMatchObject({
    passed: true,
    expectedCount: 1,
    targetCount: 1,
  });
});

it('finds that two records of the source became one, at level ids', async () => {
  const few = await filledMemory(makeRecords(10));
  const target = await filledMemory(makeRecords(9));
  const migrator = new VectorStoreMigrator({ source: few, target });
  const report = await migrator.verify({
    sourceCollection: 'docs',
    level: 'ids',
    transform: (record) => (record.id === 'record-9' ? { ...record, id: 'record-8' } : record),
  });
  expect(report).toMatchObject({
    passed: false,
    missing: 1,
    differences: [{ kind: 'missing', id: 'record-8', field: expect.stringContaining('same id') }],
  });
});

it('does not read the ids of a target again that the run itself made and filled, unless a number is off', async () => {
  const few = await filledMemory(makeRecords(100));
  for (const meddled of [false, true]) {
    const memory = createMemory();
    let idPasses = 0;
    const target = alterCollections(memory, (collection) => ({
      scan: (request, options) => {
        if (request.include.length === 0) idPasses += 1;
        return collection.scan(request, options);
      },
    }));
    const migrator = new VectorStoreMigrator({
      source: few,
      target,
      checkpoints: false,
      onProgress: ({ phase, vectorsProcessed }) => {
        if (!meddled || phase !== 'verifying' || vectorsProcessed > 0) return;
        // Somebody else, who is in time.
        void memory
          .openCollection('docs')
          .then((collection) => collection.upsert([{ id: 'odd', vectors: { '': [1, 1, 1, 1] }, metadata: {} }]));
      },
    });
    const result = await migrator.migrate({ sourceCollection: 'docs', batchSize: 10 });
    expect(result.verification).toMatchObject(
      meddled ? { passed: false, extra: 1, differences: [{ kind: 'extra', id: 'odd' }] } : { passed: true },
    );
    expect(idPasses > 0).toBe(meddled);
  }
});

it('names an unknown target, and does not create it', async () => {
  const target = createMemory();
  await expect(new VectorStoreMigrator({ source, target }).verify({ sourceCollection: 'docs' })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  expect(await target.listCollections()).toEqual([]);
});

describe('where all values are compared, the ids of the target', () => {
  const few = makeRecords(50);
  const first = few[0] as VectorRecord;
  const stranger = { ...first, id: 'stranger' };
  /** A target that counts how often it is scanned, and answers with `extra` records that are no part of it otherwise. */
  async function makeTarget(
    held: readonly VectorRecord[],
    { extra = [], alter = () => ({}) }: { extra?: VectorRecord[]; alter?: Parameters<typeof alterCollections>[1] } = {},
  ): Promise<{ store: VectorStoreV1; scans: () => number }> {
    let scans = 0;
    const store = alterCollections(await filledMemory(held), (collection) => ({
      async scan(request, options) {
        scans += 1;
        const page = await collection.scan(request, options);
        return page.cursor === null && (request.partition?.id.startsWith('0-') ?? true)
          ? { ...page, records: [...page.records, ...extra] }
          : page;
      },
      async count(request, options) {
        const { value, exact } = await collection.count(request, options);
        return { value: value + extra.length, exact };
      },
      ...alter(collection),
    }));
    return { store, scans: () => scans };
  }
  const verify = async (
    target: VectorStoreV1,
    more: Partial<VerifyOptions> = {},
  ): Promise<Awaited<ReturnType<VectorStoreMigrator['verify']>>> => {
    const migrator = new VectorStoreMigrator({ source: await filledMemory(few), target });
    return migrator.verify({ sourceCollection: 'docs', level: 'values', ...more });
  };

  it('are not read once more if they can only be the expected ones', async () => {
    const [same, sampled] = [await makeTarget(few), await makeTarget(few)];
    expect(await verify(same.store)).toMatchObject({ passed: true, valuesCompared: 50, targetCount: 50 });
    await verify(sampled.store, { sample: 10 });
    expect(same.scans()).toBeLessThan(sampled.scans());
  });

  it.each<[string, readonly VectorRecord[], VectorRecord[], object]>([
    ['an extra record', [...few, stranger], [], { missing: 0, extra: 1, differences: [{ id: 'stranger' }] }],
    ['a missing record', few.slice(1), [], { missing: 1, extra: 0, differences: [{ id: first.id }] }],
    ['an extra record in place of a missing one', [...few.slice(1), stranger], [], { missing: 1, extra: 1 }],
    [
      'an id that occurs twice',
      few,
      [first],
      { missing: 0, extra: 1, differences: [{ field: 'the id occurs twice' }] },
    ],
    ['a doubled id in place of a missing one', few.slice(0, -1), [first], { missing: 1, extra: 1 }],
    [
      'an extra record in another namespace in place of a missing one',
      [...few.slice(1), { ...first, namespace: 'elsewhere' }],
      [],
      { missing: 1, extra: 1 },
    ],
  ])('are read where there is %s', async (_what, held, extra, expected) => {
    const target = await makeTarget(held, { extra });
    expect(await verify(target.store)).toMatchObject({ passed: false, ...expected });
  });

  it('are read where two records became one and a stranger makes up for it', async () => {
    const last = few.at(-1) as VectorRecord;
    const transform = (record: VectorRecord): VectorRecord => (record.id === last.id ? { ...first } : record);
    const target = await makeTarget([...few.slice(0, -1), stranger]);
    const report = await verify(target.store, { transform });
    expect(report).toMatchObject({
      passed: false,
      expectedCount: 50,
      targetCount: 50,
      changed: 0,
      missing: 1,
      extra: 1,
    });
  });

  it('are read where the target only knows about how many there are', async () => {
    const target = await makeTarget([...few, stranger], {
      alter: () => ({ count: async () => ({ value: 50, exact: false }) }),
    });
    expect(await verify(target.store)).toMatchObject({ passed: false, extra: 1 });
  });

  it('are read where the target shows its writes late', async () => {
    const { store } = await makeTarget([...few, stranger], {
      alter: () => ({ count: async () => ({ value: 50, exact: true }) }),
    });
    const capabilities = { ...store.capabilities, readAfterWrite: 'eventual' } as const;
    const late: VectorStoreV1 = { ...store, capabilities, effectiveCapabilities: async () => capabilities };
    expect(await verify(late)).toMatchObject({ passed: false, extra: 1 });
  });
});
