import { createMemory } from '@vsm/adapter-memory';
import {
  dropRecord,
  migrate,
  verify,
  VectorStoreMigrator,
  type CollectionV1,
  type VectorRecord,
  type VectorStoreV1,
} from '@vsm/core';
import { describe, expect, it } from 'vitest';
import { alterCollections, filledMemory, makeRecords } from './stores.ts';

const records: VectorRecord[] = makeRecords(100).map((record, index) => ({
  ...record,
  ...(index < 10 && { namespace: 'rare' }),
  metadata: { ...record.metadata, author: { name: `author ${index % 3}`, born: index % 2 === 0 ? null : 1900 } },
  ...(index % 4 === 0 && { document: undefined }),
}));

describe('the census of a verification', () => {
  it('counts both sides by vector, document, field, namespace and null', async () => {
    const { verification } = await migrate({
      source: await filledMemory(records),
      target: createMemory(),
      sourceCollection: 'docs',
    });
    const side = {
      records: 100,
      documents: 75,
      uris: 0,
      nulls: 50,
      vectors: { '': 100 },
      fields: {
        index: 100,
        half: 100,
        whole: 100,
        name: 100,
        even: 100,
        author: 100,
        'author.name': 100,
        'author.born': 100,
      },
      namespaces: { rare: 10, '': 90 },
    };
    expect(verification?.census).toEqual({ source: side, target: side, explained: [], unexplained: [] });
  });

  it('names the decision that explains a difference', async () => {
    const { success, verification } = await migrate({
      source: await filledMemory(records),
      target: createMemory(),
      sourceCollection: 'docs',
      fields: { drop: ['half'], rename: { name: 'title' } },
      transform: (record) => (record.id === 'record-7' ? dropRecord('not wanted') : record),
    });
    expect(success).toBe(true);
    expect(verification?.census?.unexplained).toEqual([]);
    expect(verification?.census?.explained).toContainEqual(
      expect.stringMatching(
        /^field "half" in 100 records became 0: 1 records were left out by name; the plan changes fields/,
      ),
    );
    expect(verification?.census?.source.fields).toMatchObject({ half: 100, name: 100 });
    expect(verification?.census?.target.fields).toMatchObject({ title: 99 });
  });

  it('fails where no decision explains a difference', async () => {
    const target = await filledMemory(
      records.map((record) => ({ ...record, metadata: { ...record.metadata, more: 1 } })),
    );
    const report = await verify({ source: await filledMemory(records), target, sourceCollection: 'docs' });
    expect(report).toMatchObject({ passed: false, changed: 100 });
    expect(report.census?.unexplained).toEqual(['field "more" in 0 records became 100, and no decision explains it']);
  });
});

/** A store that has a count of its own for its collection. */
function witnessed(store: VectorStoreV1, count: () => number): VectorStoreV1 {
  return alterCollections(store, () => ({
    witness: async () => ({ count: count(), by: 'the footer', hint: 'Rows of child tables may be missing.' }),
  }));
}

describe('a witness beside the scan', () => {
  /** Reads and counts all but the last record, in the same way. */
  const blind = async (): Promise<VectorStoreV1> => filledMemory(records.slice(0, 99));

  it('fails a run and a verification whose scan did not give what it counts, though both sides agree', async () => {
    const source = witnessed(await blind(), () => 100);
    const target = createMemory();
    const result = await migrate({ source, target, sourceCollection: 'docs' });
    expect(result).toMatchObject({ success: false, verification: { passed: false, missing: 0, extra: 0, changed: 0 } });
    expect(result.errors.join('\n')).toMatch(/gave 99 records, but the footer counts 100. Rows of child tables/);
    const unverified = await migrate({ source, target: createMemory(), sourceCollection: 'docs', validate: false });
    expect(unverified).toMatchObject({ success: false });
    expect(await verify({ source, target, sourceCollection: 'docs' })).toMatchObject({ passed: false });
  });

  it('of the target fails it as well', async () => {
    const source = await filledMemory(records);
    const target = witnessed(await filledMemory(records), () => 101);
    const report = await verify({ source, target, sourceCollection: 'docs', level: 'count' });
    expect(report).toMatchObject({ passed: false, witnesses: [{ side: 'target', counted: 101, read: 100 }] });
  });

  it('allows for records that come while the source is read', async () => {
    const counts = [98, 100, 99, 99];
    const source = witnessed(await blind(), () => counts.shift() ?? 0);
    const result = await migrate({ source, target: createMemory(), sourceCollection: 'docs' });
    expect(result).toMatchObject({ success: true, verification: { passed: true } });
    expect(result.verification?.witnesses).toMatchObject([{ side: 'source', read: 99 }]);
  });
});

describe('a source whose scan promises nothing while others write', () => {
  const bestEffort = (store: VectorStoreV1, onScan: (collection: CollectionV1) => Promise<void>): VectorStoreV1 => {
    const capabilities = { ...store.capabilities, scan: 'best-effort' } as const;
    const altered = alterCollections(store, (collection) => ({
      async scan(request, options) {
        const page = await collection.scan(request, options);
        await onScan(collection);
        return page;
      },
    }));
    return { ...altered, capabilities, effectiveCapabilities: async () => capabilities };
  };

  it('is called so by the plan, and a run during which its count changed does not pass', async () => {
    let last = 100;
    const source = bestEffort(await filledMemory(records), async (collection) => {
      last -= 1;
      await collection.delete([`record-${last}`]);
    });
    const migrator = new VectorStoreMigrator({ source, target: createMemory(), checkpoints: false });
    const plan = await migrator.plan({ sourceCollection: 'docs' });
    expect(plan).toMatchObject({ sourceScan: 'best-effort', warnings: [expect.stringMatching(/does not promise/)] });
    const result = await migrator.migrate({ sourceCollection: 'docs' });
    expect(result).toMatchObject({ success: false });
    expect(result.errors.join('\n')).toMatch(/held 9\d records before it was read and \d\d after.* --sync/s);
  });

  it('passes where nobody wrote, and where a scan is stable a changed count is none of its business', async () => {
    const quiet = bestEffort(await filledMemory(records), async () => undefined);
    expect(await migrate({ source: quiet, target: createMemory(), sourceCollection: 'docs' })).toMatchObject({
      success: true,
    });
    const { capabilities } = quiet;
    const busy = bestEffort(await filledMemory(records), async (collection) => collection.delete(['record-99']));
    const stable = { ...capabilities, scan: 'stable' } as const;
    const source = { ...busy, capabilities: stable, effectiveCapabilities: async () => stable };
    const result = await migrate({ source, target: createMemory(), sourceCollection: 'docs', validate: false });
    expect(result).toMatchObject({ success: true });
  });
});

describe('a census of more names than it lists', () => {
  const many = makeRecords(10_500).map((record, index) => ({
    ...record,
    namespace: `of ${index % 1100}`,
    metadata: { [`key ${index}`]: index },
  }));
  const backwards = (): VectorStoreV1 =>
    alterCollections(createMemory(), (collection) => ({
      upsert: (batch, options) => collection.upsert(batch.toReversed(), options),
    }));

  it('is the same in whatever order records come', async () => {
    const source = await filledMemory(many);
    const { verification } = await migrate({ source, target: backwards(), sourceCollection: 'docs' });
    expect(verification).toMatchObject({ passed: true, census: { unexplained: [] } });
    const { fields = {}, namespaces = {} } = verification?.census?.target ?? {};
    expect([Object.keys(fields).length, fields['(all others)']]).toEqual([10_001, 500]);
    expect(Object.keys(namespaces)).toHaveLength(1001);
  });
});
