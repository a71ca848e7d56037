import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemory } from '@vsm/adapter-memory';
import { createQdrant } from '@vsm/adapter-qdrant';
import {
  dropRecord,
  migrate,
  VectorStoreMigrator,
  type MigrateOptions,
  type MigrationResult,
  type SourceRead,
  type VectorRecord,
  type VectorStoreV1,
} from '@vsm/core';
import { startQdrantEmulator, type QdrantEmulator } from '@vsm/emulator-qdrant';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAULTS, recordsToFault } from './planted-faults.ts';
import { alterCollections, among, failsAfter, filledMemory, makeRecords, plainSchema } from './stores.ts';

// A run that reads its source once holds the target against what the copy read. Whatever a second reading finds in the target, it finds.

// More than are compared whole by both roads.
const records = recordsToFault(3000);
const MODES: readonly SourceRead[] = ['once', 'twice'];

const allowLoss = ['rejected-records'] as const;

/** A source, and how many of its records were scanned with their vectors. */
async function counted(held: readonly VectorRecord[]): Promise<{ store: VectorStoreV1; scanned: () => number }> {
  let scanned = 0;
  const store = alterCollections(await filledMemory(held), (collection) => ({
    async scan(request, options) {
      const page = await collection.scan(request, options);
      if (request.include.includes('vectors')) scanned += page.records.length;
      return page;
    },
  }));
  return { store, scanned: () => scanned };
}

/** A target that holds something else from the moment on at which the copy is done. */
function meddled(held: () => readonly VectorRecord[]): VectorStoreV1 {
  return alterCollections(createMemory(), (collection) => ({
    async flush() {
      const wanted = held();
      const page = await collection.scan({ limit: 1_000_000, include: [] });
      for (const [namespace, group] of Map.groupBy(page.records, (record) => record.namespace)) {
        await collection.delete(
          group.map(({ id }) => id),
          { namespace },
        );
      }
      const { rejected } = await collection.upsert(wanted);
      expect(rejected).toEqual([]);
    },
  }));
}

const moved = (
  source: VectorStoreV1,
  target: VectorStoreV1,
  sourceRead: SourceRead,
  more: Partial<MigrateOptions> = {},
): Promise<MigrationResult> =>
  migrate({ source, target, sourceCollection: 'docs', checkpoints: false, sourceRead, ...more });

describe.each(MODES)('a source that is read %s', (mode) => {
  let source: VectorStoreV1;
  beforeAll(async () => {
    source = await filledMemory(records);
  });

  it.each(FAULTS)('%s at level %s', async (_what, verify, make, expected) => {
    const { success, verification } = await moved(
      source,
      meddled(() => make(records)),
      mode,
      { verify },
    );
    expect(success).toBe(false);
    expect(verification).toMatchObject({ passed: false, ...expected });
    expect(verification?.sourceRead).toBe(mode === 'twice' && verify === 'count' ? undefined : mode);
  });

  it('nothing where nothing differs, and says how often it was read', async () => {
    const { success, warnings, verification } = await moved(
      source,
      meddled(() => records.toReversed()),
      mode,
    );
    expect({ success, warnings }).toEqual({ success: true, warnings: [] });
    expect(verification).toMatchObject({
      passed: true,
      sourceRead: mode,
      valuesCompared: records.length,
      missing: 0,
      extra: 0,
      changed: 0,
    });
    expect(verification?.notes.join().includes('read once')).toBe(mode === 'once');
    expect(verification?.census?.source).toEqual(verification?.census?.target);
    expect(verification?.roads).toMatchObject([{ side: 'source' }, { side: 'target' }]);
  });

  it('a target whose scan gives a record twice', async () => {
    const target = alterCollections(createMemory(), (collection) => ({
      async scan(request, options) {
        const page = await collection.scan(request, options);
        const again = page.records.filter(({ id }) => id === 'record-7');
        return { ...page, records: [...page.records, ...again] };
      },
    }));
    const { verification } = await moved(await filledMemory(makeRecords(50)), target, mode);
    expect(verification).toMatchObject({ passed: false, differences: [{ field: 'the id occurs twice' }] });
  });

  it('a target whose fetch gives something else than its scan', async () => {
    const target = alterCollections(createMemory(), (collection) => ({
      fetch: async (ids, options) =>
        (await collection.fetch(ids, options)).map((record) =>
          record.id === 'record-7' ? { ...record, document: 'another' } : record,
        ),
    }));
    const { verification } = await moved(await filledMemory(makeRecords(50)), target, mode);
    expect(verification).toMatchObject({ passed: false, roads: [{ differing: 0 }, { side: 'target', differing: 1 }] });
  });

  it('a vector that was computed on the way and is not there, or is where none should be', async () => {
    const held = makeRecords(50).map((record, at) => (at < 2 ? { ...record, document: undefined } : record));
    const spoiling = (spoil: (record: VectorRecord) => VectorRecord): VectorStoreV1 =>
      alterCollections(createMemory(), (collection) => ({
        upsert: (batch, options) => collection.upsert(batch.map(spoil), options),
      }));
    const embed = { dimension: 2, embed: async (texts: readonly string[]) => texts.map((text) => [text.length, 1]) };
    const run = async (spoil: (record: VectorRecord) => VectorRecord): Promise<MigrationResult> =>
      moved(await filledMemory(held), spoiling(spoil), mode, { embed });
    const right = await run((record) => record);
    expect(right).toMatchObject({ success: true, verification: { passed: true, valuesCompared: 50 } });
    expect(right.verification?.notes.join()).toContain('its numbers were not');
    const lost = await run((record) => (record.id === 'record-7' ? { ...record, vectors: {} } : record));
    const missing = [{ id: 'record-7', field: 'vector', expected: 'a dense vector', actual: 'absent' }];
    expect(lost.verification).toMatchObject({ passed: false, changed: 1, differences: missing });
    const made = await run((record) => (record.id === 'record-1' ? { ...record, vectors: { '': [1, 2] } } : record));
    expect(made.verification).toMatchObject({ passed: false, changed: 1, differences: [{ id: 'record-1' }] });
  });

  it('no difference for records that were rejected, dropped, or of which the page had another', async () => {
    const few = makeRecords(40);
    const [first, second] = few as [VectorRecord, VectorRecord];
    const withAnother = (found: readonly VectorRecord[]): VectorRecord[] => [
      ...found,
      ...found.filter(({ id }) => id === first.id).map((record) => ({ ...record, document: 'not this' })),
    ];
    const store = alterCollections(await filledMemory(few), (collection) => ({
      async scan(request, options) {
        const page = await collection.scan(request, options);
        return { ...page, records: withAnother(page.records) };
      },
      fetch: async (ids, options) => withAnother(await collection.fetch(ids, options)),
      count: async () => ({ value: 41, exact: true }),
    }));
    const target = alterCollections(createMemory(), (collection) => ({
      async upsert(offered, options) {
        const odd = offered.filter(({ id }) => id === second.id);
        const { accepted, rejected } = await collection.upsert(
          offered.filter((record) => !odd.includes(record)),
          options,
        );
        const refused = odd.map(({ id }) => ({ id, reason: 'refused', detail: 'odd' }) as const);
        return { accepted, rejected: [...rejected, ...refused] };
      },
    }));
    const transform = (record: VectorRecord): VectorRecord | ReturnType<typeof dropRecord> =>
      record.id === 'record-9' ? dropRecord('not wanted') : { ...record, metadata: { ...record.metadata, extra: 1 } };
    const result = await moved(store, target, mode, { transform, concurrency: 1, allowLoss });
    expect(result).toMatchObject({ vectorsMigrated: 38, vectorsFailed: 2 });
    expect(result.verification).toMatchObject({ passed: true, sourceRead: mode, expectedCount: 38, missing: 0 });
  });

  it('one of several records with one id, on whatever page they were', async () => {
    const few = makeRecords(40);
    const twinOf = (record: VectorRecord): VectorRecord =>
      record.id === 'record-39' ? { ...(few[39] as VectorRecord), id: 'record-0' } : record;
    const store = alterCollections(await filledMemory(few), (collection) => ({
      async scan(request, options) {
        const page = await collection.scan(request, options);
        return { ...page, records: page.records.map(twinOf) };
      },
      fetch: among(few.map(twinOf)),
      count: async () => ({ value: 40, exact: true }),
    }));
    const run = async (target: VectorStoreV1): Promise<MigrationResult> =>
      moved(store, target, mode, { batchSize: 10, concurrency: 1, allowLoss });
    const result = await run(createMemory());
    expect(result).toMatchObject({ success: false, vectorsMigrated: 39, vectorsFailed: 1 });
    expect(result.verification).toMatchObject({ passed: true, expectedCount: 39, valuesCompared: 39 });

    const changing = alterCollections(createMemory(), (collection) => ({
      upsert: (batch, options) =>
        collection.upsert(
          batch.map((record) => (record.id === 'record-0' ? { ...record, document: 'another' } : record)),
          options,
        ),
    }));
    const changed = await run(changing);
    expect(changed.verification).toMatchObject({ passed: false, differences: [{ kind: 'changed', id: 'record-0' }] });

    const losing = alterCollections(createMemory(), (collection) => ({
      upsert: async (batch, options) => {
        const { rejected } = await collection.upsert(
          batch.filter(({ id }) => id !== 'record-0'),
          options,
        );
        return { accepted: batch.length - rejected.length, rejected };
      },
    }));
    const lost = await run(losing);
    expect(lost.verification).toMatchObject({ passed: false, missing: 1, differences: [{ id: 'record-0' }] });
  });

  it.each<[string, Partial<MigrateOptions>]>([
    ['fields', { fields: { rename: { name: 'title' }, drop: ['even'], set: { by: 'us' } } }],
    ['a transform', { transform: (record) => ({ ...record, id: `new-${record.id}`, document: undefined }) }],
    ['a filter', { filter: { index: { $lt: 30 } } }],
    ['a filter by a field that is renamed', { filter: { index: { $lt: 30 } }, fields: { rename: { index: 'at' } } }],
    ['a filter by a field that is dropped', { filter: { index: { $lt: 30 } }, fields: { drop: ['index'] } }],
    ['a filter by a field that is set', { filter: { index: { $lt: 30 } }, fields: { set: { index: 100 } } }],
    ['a filter by a field that is cast', { filter: { index: { $lt: 30 } }, fields: { cast: { index: 'string' } } }],
    ['an embedding', { embed: { dimension: 2, embed: async (texts) => texts.map((text) => [text.length, 1]) } }],
    ['an old target of which the rest is deleted', { mode: 'sync', deleteExtra: true }],
  ])('no difference with %s', async (what, more) => {
    const { store, scanned } = await counted(makeRecords(100));
    const target = what.startsWith('an old') ? await filledMemory(makeRecords(120)) : createMemory();
    const result = await moved(store, target, mode, more);
    expect(result).toMatchObject({ success: true, verification: { passed: true, sourceRead: mode } });
    // The plan has looked at some too.
    const sampled = what.startsWith('a filter') ? 30 : 100;
    expect(scanned() <= 2 * sampled).toBe(mode === 'once');
  });
});

describe('a source of which a record goes to another namespace after the copy', () => {
  /** The target loses the record, or has it otherwise, and the source has it elsewhere when differences are looked at. */
  const moves = async (
    spoil: (record: VectorRecord) => readonly VectorRecord[],
    options: Partial<MigrateOptions>,
  ): Promise<MigrationResult> => {
    const held = await filledMemory(makeRecords(50));
    const moveOne = async (): Promise<void> => {
      const collection = await held.openCollection('docs');
      await collection.delete(['record-10'], {});
      await collection.upsert(
        makeRecords(11)
          .slice(10)
          .map((record) => ({ ...record, namespace: 'other' })),
      );
    };
    const target = alterCollections(createMemory(), (collection) => ({
      async upsert(batch, settings) {
        const spoilt = batch.flatMap((record) => (record.id === 'record-10' ? spoil(record) : [record]));
        const { rejected } = await collection.upsert(spoilt, settings);
        return { accepted: batch.length - rejected.length, rejected };
      },
      flush: moveOne,
    }));
    return moved(held, target, 'once', options);
  };

  it.each<[string, Parameters<typeof moves>[0], Partial<MigrateOptions>]>([
    ['the loss of it, by ids', () => [], { verify: 'ids' }],
    ['the loss of it, by values', () => [], {}],
    ['a fault in it, by values', (record) => [{ ...record, document: 'bad' }], {}],
  ])('is no reason to pass over %s', async (_what, spoil, options) => {
    const { success, verification } = await moves(spoil, options);
    expect(success).toBe(false);
    expect(verification).toMatchObject({ passed: false, sourceRead: 'once' });
    expect(verification?.notes.join()).toContain('which has other records now');
  });

  it('is told as what it is where nothing else differs and it is read anew', async () => {
    const result = await moves((record) => [record], { sourceRead: 'twice' });
    expect(result.verification).toMatchObject({ passed: false, missing: 1, extra: 1 });
    const once = await moves((record) => [record], {});
    expect(once.verification).toMatchObject({ passed: true, sourceRead: 'once' });
    expect(once.verification?.notes.join()).toContain('nor what was written there since');
  });
});

it('twice after all, and says why, where the target held other records before', async () => {
  const target = await filledMemory(makeRecords(5).map((record) => ({ ...record, id: `old ${record.id}` })));
  const { warnings, verification } = await moved(await filledMemory(makeRecords(50)), target, 'once');
  expect(verification).toMatchObject({ passed: true, sourceRead: 'twice' });
  expect(warnings.join()).toContain('read twice, not once: the target held other records before');
});

it('twice after all, and says why, where only a sample is compared', async () => {
  const source = await filledMemory(makeRecords(50));
  const { warnings, verification } = await moved(source, createMemory(), 'once', { verifySample: 20 });
  expect(verification).toMatchObject({ passed: true, sourceRead: 'twice' });
  expect(warnings.join()).toContain('read twice, not once: only a sample is compared');
  const all = await moved(source, createMemory(), 'once', { verifySample: 50 });
  expect(all).toMatchObject({ warnings: [], verification: { sourceRead: 'once' } });
});

it('twice after all, and says why, where another process had begun', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vsm-source-read-'));
  try {
    const source = await filledMemory(makeRecords(500));
    const target = createMemory();
    const fails = failsAfter(target, 3);
    const options = { sourceCollection: 'docs', batchSize: 50, sourceRead: 'once' } as const;
    await expect(
      new VectorStoreMigrator({ source, target: fails, checkpoints: folder }).migrate(options),
    ).rejects.toThrow('gone');
    const migrator = new VectorStoreMigrator({ source, target, checkpoints: folder });
    const { success, warnings, verification } = await migrator.migrate(options);
    expect({ success, sourceRead: verification?.sourceRead }).toEqual({ success: true, sourceRead: 'twice' });
    expect(warnings.join()).toContain('what an earlier process read is not known any more');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

it('refuses another number', async () => {
  await expect(moved(createMemory(), createMemory(), 'never' as SourceRead)).rejects.toThrow('once, twice');
});

describe('into a store that scales vectors to length 1', () => {
  let qdrant: QdrantEmulator;
  beforeAll(async () => {
    qdrant = await startQdrantEmulator();
  });
  afterAll(() => qdrant.close());

  const unit = (record: VectorRecord): VectorRecord => {
    const vector = record.vectors[''] as readonly number[];
    const length = Math.hypot(...vector);
    return { ...record, vectors: { '': Float32Array.from(vector, (value) => value / length) } };
  };

  it.each<[string, (record: VectorRecord) => VectorRecord, SourceRead]>([
    ['are of that length', unit, 'once'],
    ['are not', (record) => record, 'twice'],
  ])('vectors that %s', async (what, change, sourceRead) => {
    const target = createQdrant({ url: qdrant.url });
    const source = await filledMemory(makeRecords(200).map(change), plainSchema);
    const targetCollection = what.replaceAll(' ', '-');
    const result = await moved(source, target, 'once', { targetCollection });
    expect(result).toMatchObject({ success: true, verification: { passed: true, sourceRead, valuesCompared: 200 } });
    await target.close();
  });

  it('a component that is off by more than scaling explains', async () => {
    const target = createQdrant({ url: qdrant.url });
    const off = alterCollections(target, (collection) => ({
      upsert: (offered, options) =>
        collection.upsert(
          offered.map((record) => {
            const vector = record.vectors[''] as Float32Array;
            return record.metadata['index'] === 7
              ? {
                  ...record,
                  vectors: { '': Float32Array.from(vector, (value, at) => (at === 0 ? value + 1e-4 : value)) },
                }
              : record;
          }),
          options,
        ),
    }));
    const source = await filledMemory(makeRecords(200).map(unit), plainSchema);
    const { verification } = await moved(source, off, 'once', { targetCollection: 'off' });
    expect(verification).toMatchObject({
      passed: false,
      changed: 1,
      differences: [{ id: 'record-7', field: 'vector' }],
    });
    await target.close();
  });
});
