import { createMemory } from '@vsm/adapter-memory';
import { RemoteError, VectorStoreMigrator, type VectorStoreV1 } from '@vsm/core';
import { describe, expect, it } from 'vitest';
import { allRecords, filledMemory, makeRecords } from './stores.ts';

const lost = (): RemoteError => new RemoteError('lost', { adapter: 'memory', retryable: true });

/** Fails every first call of every method, after the work was done: the answer is lost. */
function forgetful<Subject extends object>(subject: Subject, called = new Set<string | symbol>()): Subject {
  return new Proxy(subject, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function' || name === 'close') return member;
      return async (...given: readonly unknown[]) => {
        const result: unknown = await Reflect.apply(member, target, given);
        if (!called.has(name)) {
          called.add(name);
          throw lost();
        }
        return name === 'openCollection' ? forgetful(result as object, called) : result;
      };
    },
  });
}

const migrator = (source: VectorStoreV1, target: VectorStoreV1): VectorStoreMigrator =>
  new VectorStoreMigrator({ source, target, maxRetries: 5, retryDelaySeconds: 0, checkpoints: false });

describe('a migration', () => {
  it('gets over the loss of the first answer to every kind of call', async () => {
    const memory = createMemory();
    const source = await filledMemory(makeRecords(500));
    const result = await migrator(forgetful(source), forgetful(memory)).migrate({
      sourceCollection: 'docs',
      batchSize: 100,
    });
    expect(result).toMatchObject({ success: true, vectorsMigrated: 500, verification: { passed: true } });
    expect(await allRecords(memory)).toHaveLength(500);
  });

  it('makes a collection again whose creation may have been cut short, but drops none that holds records', async () => {
    const source = await filledMemory(makeRecords(5));
    for (const intruders of [0, 3]) {
      const memory = createMemory();
      const dropped: string[] = [];
      let created = 0;
      const target: VectorStoreV1 = {
        ...memory,
        async createCollection(schema, options) {
          created += 1;
          const warnings = await memory.createCollection(schema, options);
          if (created > 1) return warnings;
          await (await memory.openCollection(schema.name)).upsert(makeRecords(intruders));
          throw lost();
        },
        async dropCollection(name, options) {
          dropped.push(name);
          await memory.dropCollection?.(name, options);
        },
      };
      const outcome = migrator(source, target)
        .migrate({ sourceCollection: 'docs' })
        .then(
          ({ success }) => success,
          (error: unknown) => (error as { code: string }).code,
        );
      expect(await outcome).toBe(intruders === 0 ? true : 'CONFLICT');
      expect(dropped).toStrictEqual(intruders === 0 ? ['docs'] : []);
      expect(await allRecords(memory)).toHaveLength(intruders === 0 ? 5 : intruders);
    }
  });

  it('does not take a name for its own that was taken before', async () => {
    const taken = await filledMemory(makeRecords(0));
    const empty = createMemory();
    const target: VectorStoreV1 = { ...taken, openCollection: (name) => empty.openCollection(name) };
    const source = await filledMemory(makeRecords(5));
    const run = migrator(source, target).migrate({ sourceCollection: 'docs' });
    await expect(run).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});
