import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemory } from '@vsm/adapter-memory';
import { VectorStoreMigrator, type RecordLayout, type VectorRecord, type VectorStoreV1 } from '@vsm/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allRecords, failsAfter, filledMemory, makeRecords, plainSchema } from './stores.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-layout-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Other ids, the text in the metadata, a tenant instead of a namespace, half the vector under another name. */
const layout: RecordLayout = {
  description: { from: 'a', to: 'b', namespaces: 'changed', options: { key: 'text' } },
  adapt: (source) => ({
    schema: { ...source, vectors: { '': { kind: 'dense', dimension: 2, metric: 'euclidean' } }, fields: undefined },
    vectorNames: { '': 'main' },
    namespaces: false,
    notes: ['a becomes b'],
  }),
  change(record) {
    if (record.metadata['bad'] === true) return { refused: 'it is bad' };
    const [x = 0, y = 0] = record.vectors[''] as readonly number[];
    return {
      id: `b/${record.namespace ?? ''}/${record.id}`,
      vectors: { '': [x, y] },
      metadata: { ...record.metadata, text: record.document ?? '', tenant: record.namespace ?? 'none' },
    };
  },
};

const bad: VectorRecord = { id: 'bad', vectors: { '': [1, 2, 3, 4] }, metadata: { bad: true } };

async function sourceOf(records: readonly VectorRecord[]): Promise<VectorStoreV1> {
  return filledMemory(records, {
    ...plainSchema,
    vectors: { '': { kind: 'dense', dimension: 4, metric: 'euclidean' } },
  });
}

const inNamespace = (record: VectorRecord, at: number): VectorRecord =>
  at % 2 === 0 ? record : { ...record, namespace: 'odd' };

describe('a layout', () => {
  it('changes ids, vectors, text and namespaces before anything is stored, and is verified by value', async () => {
    const source = await sourceOf(makeRecords(40).map(inNamespace));
    const target = createMemory();
    const migrator = new VectorStoreMigrator({ source, target, checkpoints: false });
    const result = await migrator.migrate({ sourceCollection: 'docs', layout });
    expect(result).toMatchObject({ success: true, vectorsMigrated: 40, verification: { valuesCompared: 40 } });
    expect(result.metadata.plan).toMatchObject({
      layout: { from: 'a', to: 'b', options: { key: 'text' } },
      vectorNames: { '': 'main' },
      schema: {
        vectors: { main: { dimension: 2 } },
        namespaces: undefined,
        fields: { tenant: 'string', text: 'string' },
      },
    });
    expect(result.warnings).toContain('a becomes b');
    const [first, second] = await allRecords(target);
    expect(first).toMatchObject({ id: 'b//record-0', metadata: { text: 'text of 0', tenant: 'none' } });
    expect(first?.document).toBeUndefined();
    expect(second).toMatchObject({ id: 'b/odd/record-1', metadata: { tenant: 'odd' } });
    expect(second?.vectors['main']).toHaveLength(2);
    expect(second?.namespace).toBeUndefined();
  });

  it('verifies only the namespaces that were chosen, although the target has none', async () => {
    const source = await sourceOf(makeRecords(40).map(inNamespace));
    const target = createMemory();
    const migrator = new VectorStoreMigrator({ source, target, checkpoints: false });
    const result = await migrator.migrate({ sourceCollection: 'docs', layout, namespaces: ['odd'] });
    expect(result).toMatchObject({ success: true, verification: { targetCount: 20, expectedCount: 20 } });
  });

  it('finds with the same searches what the source finds', async () => {
    const kept: RecordLayout = {
      ...layout,
      description: { ...layout.description, namespaces: 'kept' },
      adapt: (source) => ({ ...layout.adapt(source), namespaces: undefined, schema: source }),
      change: (record) => ({ ...record, id: `b/${record.id}` }),
    };
    const source = await sourceOf(makeRecords(100).map(inNamespace));
    const migrator = new VectorStoreMigrator({ source, target: createMemory(), checkpoints: false });
    const { verification } = await migrator.migrate({ sourceCollection: 'docs', layout: kept, verify: 'search' });
    expect(verification).toMatchObject({ passed: true, search: { overlap: 1, queries: 20 } });
  });

  it('lists what it refuses in the plan, and refuses it by name once that is allowed', async () => {
    const source = await sourceOf([...makeRecords(9), bad]);
    const migrator = new VectorStoreMigrator({ source, target: createMemory(), checkpoints: folder });
    await expect(migrator.migrate({ sourceCollection: 'docs', layout })).rejects.toThrow(
      /rejected-records: the layout has no form for records: it is bad \(1 of 10 sampled records\)/,
    );
    const options = { sourceCollection: 'docs', layout, allowLoss: ['rejected-records'] } as const;
    const result = await migrator.migrate(options);
    expect(result).toMatchObject({
      success: false,
      vectorsMigrated: 9,
      vectorsFailed: 1,
      rejected: [{ id: 'bad', reason: 'refused', detail: 'it is bad' }],
      verification: { passed: true, expectedCount: 9 },
    });
    expect(result.verification?.notes.join()).toContain('1 records of the source have no form');
    // It was never in the target's form, so it cannot be offered to the target either.
    expect(await migrator.replayRejected(result.runId)).toMatchObject({ accepted: 0, rejected: [{ id: 'bad' }] });
  });

  it('makes nothing where no sampled record would arrive, and passes nothing where none did', async () => {
    const source = await sourceOf([bad]);
    const target = createMemory();
    const migrator = new VectorStoreMigrator({ source, target, checkpoints: false });
    const options = { sourceCollection: 'docs', layout, allowLoss: ['rejected-records'] } as const;
    expect((await migrator.plan(options)).sample).toMatchObject({ records: 1, rejected: 1 });
    await expect(migrator.migrate(options)).rejects.toThrow(
      /Every one of 1 sampled records of "docs" would be rejected/,
    );
    expect(await target.listCollections()).toStrictEqual([]);

    // Beyond the sample, the same turns up only when it is too late.
    const good = await sourceOf(makeRecords(1));
    let seen = 0;
    const turning: RecordLayout = {
      ...layout,
      change: (record) => ((seen += 1) > 1 ? { refused: 'it is bad' } : layout.change(record)),
    };
    for (const verify of ['count', 'values'] as const) {
      seen = 0;
      const again = new VectorStoreMigrator({ source: good, target: createMemory(), checkpoints: false });
      const result = await again.migrate({ ...options, layout: turning, verify });
      expect(result).toMatchObject({ success: false, verification: { passed: false, expectedCount: 0 } });
      expect(result.errors).toContain('verification had nothing to compare');
    }
  });

  it('says what no record can keep, and needs it allowed', async () => {
    const lossy: RecordLayout = { ...layout, adapt: (schema) => ({ ...layout.adapt(schema), losses: ['no links'] }) };
    const source = await sourceOf(makeRecords(3));
    const migrator = new VectorStoreMigrator({ source, target: createMemory(), checkpoints: false });
    const options = { sourceCollection: 'docs', layout: lossy } as const;
    await expect(migrator.migrate(options)).rejects.toThrow(/layout: no links/);
    expect(await migrator.migrate({ ...options, allowLoss: ['layout'] })).toMatchObject({ success: true });
  });

  it('is synchronised and verified alike, and needed for both', async () => {
    const source = await sourceOf(makeRecords(30).map(inNamespace));
    const target = createMemory();
    const migrator = new VectorStoreMigrator({ source, target, checkpoints: false });
    await migrator.migrate({ sourceCollection: 'docs', layout });
    await (await source.openCollection('docs')).delete(['record-4']);
    const [changed] = makeRecords(1).map((record) => ({ ...record, document: 'another text' }));
    if (changed !== undefined) await (await source.openCollection('docs')).upsert([changed]);
    const synced = await migrator.migrate({ sourceCollection: 'docs', layout, mode: 'sync', deleteExtra: true });
    expect(synced).toMatchObject({
      success: true,
      metadata: { sync: { added: 0, changed: 1, equal: 28, removed: 1 } },
    });
    for (const level of ['count', 'ids', 'values'] as const) {
      expect(await migrator.verify({ sourceCollection: 'docs', layout, level })).toMatchObject({ passed: true });
    }
  });

  it('has to be the same one when a run is resumed or a plan carried out', async () => {
    const source = await sourceOf(makeRecords(300));
    const target = createMemory();
    const broken = new VectorStoreMigrator({ source, target: failsAfter(target, 2), checkpoints: folder });
    await expect(broken.migrate({ sourceCollection: 'docs', layout, batchSize: 50 })).rejects.toThrow('gone');
    const migrator = new VectorStoreMigrator({ source, target, checkpoints: folder });
    const runId = (await migrator.runs())[0]?.runId ?? '';
    await expect(migrator.resume(runId)).rejects.toThrow(/made with the layout a → b.*with no layout/);
    const other = { ...layout, description: { ...layout.description, options: { key: 'content' } } };
    await expect(migrator.resume(runId, { layout: other })).rejects.toThrow(/of other options/);
    expect(await migrator.resume(runId, { layout })).toMatchObject({ success: true, vectorsMigrated: 300 });

    const plan = await migrator.plan({ sourceCollection: 'docs', targetCollection: 'again', layout });
    const again = { sourceCollection: 'docs', targetCollection: 'again', plan } as const;
    await expect(migrator.migrate(again)).rejects.toThrow(/with no layout/);
    expect(await migrator.migrate({ ...again, layout })).toMatchObject({ success: true });
  });
});
