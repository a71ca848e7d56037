import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemory } from '@vsm/adapter-memory';
import { createSqlite } from '@vsm/adapter-sqlite';
import {
  fileCheckpoints,
  VectorStoreMigrator,
  type CheckpointStore,
  type CollectionSchema,
  type VectorSchema,
  type VectorStoreV1,
} from '@vsm/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allRecords, alterCollections, failsAfter, filledMemory, makeRecords, plainSchema } from './stores.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-runs-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function brokenRun(source: VectorStoreV1, target: VectorStoreV1, pages = 5): Promise<string> {
  const migrator = new VectorStoreMigrator({ source, target: failsAfter(target, pages), checkpoints: folder });
  await expect(migrator.migrate({ sourceCollection: 'docs', batchSize: 50 })).rejects.toThrow('gone');
  const [run] = await migrator.runs();
  expect(run).toMatchObject({ state: 'unfinished' });
  return run?.runId ?? '';
}

describe('resume', () => {
  it('finishes what an earlier run began, and does not do again what was done', async () => {
    const source = await filledMemory(makeRecords(1000));
    const target = createMemory();
    const runId = await brokenRun(source, target);
    const before = (await allRecords(target)).length;
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(1000);

    let written = 0;
    const counting = alterCollections(target, (collection) => ({
      upsert: (records, options) => {
        written += records.length;
        return collection.upsert(records, options);
      },
    }));
    const migrator = new VectorStoreMigrator({ source, target: counting, checkpoints: folder });
    const result = await migrator.resume(runId);
    expect(result).toMatchObject({
      success: true,
      runId,
      vectorsMigrated: 1000,
      verification: { passed: true, targetCount: 1000 },
    });
    expect(written).toBeLessThanOrEqual(1000 - before + 4 * 50);
    expect(await migrator.runs()).toMatchObject([{ runId, state: 'done', vectorsWritten: 1000 }]);

    // A finished run has nothing left to do.
    written = 0;
    expect(await migrator.resume(runId)).toMatchObject({ success: true, vectorsMigrated: 1000 });
    expect(written).toBe(0);
  });

  it('ignores what an earlier run to another target left behind', async () => {
    const source = await filledMemory(makeRecords(500));
    await new VectorStoreMigrator({ source, target: createMemory(), checkpoints: folder }).migrate({
      sourceCollection: 'docs',
    });
    const other = createMemory();
    const result = await new VectorStoreMigrator({ source, target: other, checkpoints: folder }).migrate({
      sourceCollection: 'docs',
    });
    expect(result).toMatchObject({ success: true, vectorsMigrated: 500 });
    expect(await allRecords(other)).toHaveLength(500);
  });

  it('leaves nothing of itself in source or target', async () => {
    const source = await filledMemory(makeRecords(100));
    const target = createMemory();
    await new VectorStoreMigrator({ source, target, checkpoints: folder }).migrate({ sourceCollection: 'docs' });
    expect(await source.listCollections()).toEqual(['docs']);
    expect(await target.listCollections()).toEqual(['docs']);
    const keys = new Set((await allRecords(target)).flatMap(({ metadata }) => Object.keys(metadata)));
    expect([...keys].toSorted()).toEqual(['even', 'half', 'index', 'name', 'whole']);
  });

  it('recognises a line that a crash tore', async () => {
    const source = await filledMemory(makeRecords(1000));
    const target = createMemory();
    const runId = await brokenRun(source, target);
    await appendFile(join(folder, runId, 'progress.jsonl'), '{"type":"page","part":"0-25');
    const result = await new VectorStoreMigrator({ source, target, checkpoints: folder }).resume(runId);
    expect(result).toMatchObject({ success: true, vectorsMigrated: 1000 });
  });

  it('refuses a line that was damaged in the middle', async () => {
    const source = await filledMemory(makeRecords(1000));
    const target = createMemory();
    const runId = await brokenRun(source, target);
    const path = join(folder, runId, 'progress.jsonl');
    await writeFile(path, (await readFile(path, 'utf8')).replace('"type"', '"ty'));
    const resumed = new VectorStoreMigrator({ source, target, checkpoints: folder }).resume(runId);
    await expect(resumed).rejects.toMatchObject({ code: 'INVALID_DATA' });
  });

  it.each(['null', '[]', '7', '{"type":"page"}', '{"type":"parts","parts":5}', '{"type":"parts","parts":[null]}'])(
    'refuses %s as a line, and lists the run as damaged',
    async (line) => {
      const source = await filledMemory(makeRecords(1000));
      const target = createMemory();
      const runId = await brokenRun(source, target);
      await appendFile(join(folder, runId, 'progress.jsonl'), `${line}\n`);
      const migrator = new VectorStoreMigrator({ source, target, checkpoints: folder });
      expect(await migrator.runs()).toMatchObject([{ runId, state: 'damaged' }]);
      const resumed = migrator.resume(runId);
      await expect(resumed).rejects.toMatchObject({ code: 'INVALID_DATA' });
      await expect(resumed).rejects.toThrow(/progress\.jsonl, line \d+ is no step of a run/);
    },
  );

  it('refuses a plan that was changed', async () => {
    const source = await filledMemory(makeRecords(1000));
    const target = createMemory();
    const runId = await brokenRun(source, target);
    const path = join(folder, runId, 'run.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace('"docs"', '"cods"'));
    const resumed = new VectorStoreMigrator({ source, target, checkpoints: folder }).resume(runId);
    await expect(resumed).rejects.toMatchObject({ code: 'INVALID_DATA' });
  });

  it('refuses other stores, and other functions', async () => {
    const source = await filledMemory(makeRecords(1000));
    const target = createMemory();
    const runId = await brokenRun(source, target);
    const elsewhere = new VectorStoreMigrator({ source, target: createMemory(), checkpoints: folder });
    await expect(elsewhere.resume(runId)).rejects.toThrow(/The plan's target is/);
    const migrator = new VectorStoreMigrator({ source, target, checkpoints: folder });
    await expect(migrator.resume(runId, { transform: (record) => record })).rejects.toThrow(/without a transform/);
    await expect(migrator.resume('nothing')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(migrator.resume(runId)).resolves.toMatchObject({ success: true });
  });

  it('lets one process at a time have a run', async () => {
    const source = await filledMemory(makeRecords(1000));
    const target = createMemory();
    const runId = await brokenRun(source, target);
    const held = await fileCheckpoints(folder).open(runId);
    const migrator = new VectorStoreMigrator({ source, target, checkpoints: folder });
    await expect(migrator.resume(runId)).rejects.toMatchObject({ code: 'CONFLICT' });
    await held.close();
    await expect(migrator.resume(runId)).resolves.toMatchObject({ success: true });
  });

  it('takes a run over where that is asked for, and the process that had it stops before it writes on', async () => {
    const source = await filledMemory(makeRecords(1000));
    const target = createMemory();
    const runId = await brokenRun(source, target);
    const passedOver = await fileCheckpoints(folder).open(runId);
    const before = await readFile(join(folder, runId, 'progress.jsonl'), 'utf8');
    const checkpoints = fileCheckpoints(folder, { takeOver: true });
    const held = await checkpoints.open(runId);
    await expect(passedOver.append({ type: 'bulk-load-ended' })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('taken over by another process'),
    });
    await passedOver.close();
    expect(await readFile(join(folder, runId, 'progress.jsonl'), 'utf8')).toBe(before);
    await held.close();
    const migrator = new VectorStoreMigrator({ source, target, checkpoints });
    await expect(migrator.resume(runId)).resolves.toMatchObject({ success: true });
    expect((await readdir(join(folder, runId))).filter((file) => file.startsWith('lock'))).toEqual([]);
  });

  it('restores index settings that the process before it had changed', async () => {
    const source = await filledMemory(makeRecords(200));
    const indexing = { on: true };
    const memory = createMemory();
    const target = alterCollections(memory, () => ({
      prepareBulkLoad: async () => ({ on: indexing.on }),
      beginBulkLoad: async () => {
        indexing.on = false;
      },
      endBulkLoad: async (token) => {
        indexing.on = (token as { on: boolean }).on;
      },
    }));
    // Killed between changing the settings and restoring them: the log stays, and nobody restores.
    const killed = alterCollections(target, () => ({ endBulkLoad: () => Promise.reject(new Error('killed')) }));
    const first = new VectorStoreMigrator({ source, target: killed, checkpoints: folder });
    await expect(first.migrate({ sourceCollection: 'docs' })).rejects.toThrow('killed');
    expect(indexing.on).toBe(false);
    const migrator = new VectorStoreMigrator({ source, target, checkpoints: folder });
    const [run] = await migrator.runs();
    await migrator.resume(run?.runId ?? '');
    expect(indexing.on).toBe(true);
  });

  it('stops with a clear error when the disk is full, and resumes once there is room', async () => {
    const source = await filledMemory(makeRecords(1000));
    const target = createMemory();
    const files = fileCheckpoints(folder);
    let progress = '';
    const full: CheckpointStore = {
      ...files,
      async create(header) {
        progress = join(folder, header.runId, 'progress.jsonl');
        await mkdir(join(folder, header.runId), { recursive: true });
        // Every write to this device fails for want of room.
        await symlink('/dev/full', progress);
        return files.create(header);
      },
    };
    const migrator = new VectorStoreMigrator({ source, target, checkpoints: full });
    await expect(migrator.migrate({ sourceCollection: 'docs', batchSize: 50 })).rejects.toThrow(
      /checkpoint .*no space left.*resume/s,
    );
    await rm(progress);
    const again = new VectorStoreMigrator({ source, target, checkpoints: folder });
    const [run] = await again.runs();
    expect(await again.resume(run?.runId ?? '')).toMatchObject({ success: true, vectorsMigrated: 1000 });
  });

  it('begins nothing where a run cannot be remembered, and says where', async () => {
    const source = await filledMemory(makeRecords(10));
    const target = createMemory();
    const runs = join(folder, 'runs');
    await writeFile(runs, 'a file, where a folder is to be made');
    const migrator = new VectorStoreMigrator({ source, target, checkpoints: runs });
    await expect(migrator.migrate({ sourceCollection: 'docs' })).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      message: expect.stringMatching(/cannot be remembered in .*runs.*: E[A-Z]+: .*--run-dir/s),
    });
    expect(await target.listCollections()).toEqual([]);
  });

  it('stops when the disk fills up in the middle, and goes on from there', async () => {
    const source = await filledMemory(makeRecords(1000));
    const target = createMemory();
    const files = fileCheckpoints(folder);
    const filling: CheckpointStore = {
      ...files,
      async create(header) {
        const log = await files.create(header);
        let left = 8;
        return {
          ...log,
          async append(entry) {
            left -= 1;
            if (left < 0) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
            await log.append(entry);
          },
        };
      },
    };
    const migrator = new VectorStoreMigrator({ source, target, checkpoints: filling });
    await expect(migrator.migrate({ sourceCollection: 'docs', batchSize: 50 })).rejects.toThrow(/no space left/);
    const again = new VectorStoreMigrator({ source, target, checkpoints: folder });
    const [run] = await again.runs();
    expect(run?.vectorsWritten).toBeGreaterThan(0);
    expect(await again.resume(run?.runId ?? '')).toMatchObject({ success: true, vectorsMigrated: 1000 });
  });

  it('keeps what was refused whole after a crash in the middle of keeping it', async () => {
    const source = await filledMemory(makeRecords(1000));
    const target = createMemory();
    const runId = await brokenRun(source, target);
    await appendFile(join(folder, runId, 'rejected.jsonl'), '{"rejection":{"id":"record-');
    const picky = alterCollections(target, (collection) => ({
      upsert: async (records, options) => {
        const taken = records.filter(({ id }) => id !== 'record-999');
        const rejected = records
          .filter(({ id }) => id === 'record-999')
          .map(({ id }) => ({ id, reason: 'refused' as const, detail: 'the last one' }));
        return { ...(await collection.upsert(taken, options)), rejected };
      },
    }));
    const migrator = new VectorStoreMigrator({ source, target: picky, checkpoints: folder });
    expect(await migrator.resume(runId)).toMatchObject({ vectorsMigrated: 999, vectorsFailed: 1 });
    const relaxed = new VectorStoreMigrator({ source, target, checkpoints: folder });
    expect(await relaxed.replayRejected(runId)).toEqual({ accepted: 1, rejected: [] });
  });

  it('forgets what was rejected on a page that a killed process did not finish, since the target may take it then', async () => {
    const source = await filledMemory(makeRecords(1000));
    const target = createMemory();
    const refuses = (id: string): VectorStoreV1 =>
      alterCollections(target, (collection) => ({
        upsert: async (records, options) => {
          const taken = records.filter((record) => record.id !== id);
          const rejected = records
            .filter((record) => record.id === id)
            .map(() => ({ id, reason: 'refused' as const, detail: 'not today' }));
          return { ...(await collection.upsert(taken, options)), rejected };
        },
      }));
    // The records are kept, and the process is killed before the line of their page is.
    const kept = fileCheckpoints(folder);
    const killed: CheckpointStore = {
      ...kept,
      create: async (header) => {
        const log = await kept.create(header);
        return {
          ...log,
          append: async (entry, rejected = []) => {
            if (rejected.length === 0) return log.append(entry);
            await log.append(
              { type: 'page', part: 'none', cursor: '', read: 0, written: 0, rejected: 0, dropped: {} },
              rejected,
            );
            const progress = join(folder, header.runId, 'progress.jsonl');
            const lines = (await readFile(progress, 'utf8')).trimEnd().split('\n');
            await writeFile(progress, lines.filter((line) => !line.includes('"part":"none"')).join('\n') + '\n');
            throw new Error('killed');
          },
        };
      },
    };
    const first = new VectorStoreMigrator({ source, target: refuses('record-555'), checkpoints: killed });
    await expect(first.migrate({ sourceCollection: 'docs', batchSize: 50, concurrency: 1 })).rejects.toThrow('killed');
    const [run] = await kept.list();
    const runId = run?.runId ?? '';
    expect(await readFile(join(folder, runId, 'rejected.jsonl'), 'utf8')).toContain('record-555');

    const again = new VectorStoreMigrator({ source, target, checkpoints: folder });
    const result = await again.resume(runId);
    expect(result).toMatchObject({ success: true, vectorsMigrated: 1000, rejected: [] });
    expect(result.verification).toMatchObject({ passed: true, expectedCount: 1000 });
    expect(await again.replayRejected(runId)).toEqual({ accepted: 0, rejected: [] });
  });

  it('makes a collection again that its process could not finish, but takes none of others for its own', async () => {
    const source = await filledMemory(makeRecords(100));
    const memory = createMemory();
    // Killed in the middle of the creation: the collection is there, what belongs to it is not.
    const dying = {
      ...memory,
      createCollection: async (schema: CollectionSchema) => {
        await memory.createCollection({ ...schema, vectors: { other: { kind: 'dense', dimension: 9 } } });
        throw new Error('killed');
      },
    };
    const first = new VectorStoreMigrator({ source, target: dying, checkpoints: folder });
    await expect(first.migrate({ sourceCollection: 'docs' })).rejects.toThrow('killed');
    const [run] = await first.runs();
    const migrator = new VectorStoreMigrator({ source, target: memory, checkpoints: folder });
    expect(await migrator.resume(run?.runId ?? '')).toMatchObject({ success: true, vectorsMigrated: 100 });
    expect((await (await memory.openCollection('docs')).describe()).vectors).toHaveProperty(['']);
  });
});

describe('rejected records', () => {
  it('are kept with the run, and can be replayed', async () => {
    const source = await filledMemory(makeRecords(100));
    const memory = createMemory();
    const picky = alterCollections(memory, (collection) => ({
      upsert: async (records, options) => {
        const bad = records.filter(({ id }) => id.endsWith('7'));
        const { accepted } = await collection.upsert(
          records.filter((record) => !bad.includes(record)),
          options,
        );
        return { accepted, rejected: bad.map(({ id }) => ({ id, reason: 'refused' as const, detail: 'no sevens' })) };
      },
    }));
    const migrator = new VectorStoreMigrator({ source, target: picky, checkpoints: folder });
    const result = await migrator.migrate({ sourceCollection: 'docs' });
    expect(result).toMatchObject({
      success: false,
      vectorsMigrated: 90,
      vectorsFailed: 10,
      verification: { passed: true },
    });
    const still = await migrator.replayRejected(result.runId);
    expect(still).toMatchObject({ accepted: 0 });
    expect(still.rejected).toHaveLength(10);
    const relaxed = new VectorStoreMigrator({ source, target: memory, checkpoints: folder });
    expect(await relaxed.replayRejected(result.runId)).toEqual({ accepted: 10, rejected: [] });
    expect(await relaxed.verify({ sourceCollection: 'docs' })).toMatchObject({ passed: true });
  });
});

describe('a plan', () => {
  it('is plain JSON, and can be executed later', async () => {
    const source = await filledMemory(makeRecords(100));
    const target = createMemory();
    const migrator = new VectorStoreMigrator({ source, target, checkpoints: folder });
    const plan = await migrator.plan({ sourceCollection: 'docs', filter: { even: true } });
    const read = JSON.parse(JSON.stringify(plan)) as typeof plan;
    const result = await migrator.migrate({ sourceCollection: 'docs', plan: read });
    expect(result).toMatchObject({ success: true, vectorsMigrated: 50 });
  });

  it('is executed with the metric that it was made with, where the source says none', async () => {
    const { metric: _unsaid, ...vector } = plainSchema.vectors[''] as Extract<VectorSchema, { kind: 'dense' }>;
    const source = await filledMemory(makeRecords(20), { name: 'docs', vectors: { '': vector } });
    const target = createSqlite({ path: join(folder, 'app.db') });
    const migrator = new VectorStoreMigrator({ source, target, checkpoints: folder });
    await expect(migrator.plan({ sourceCollection: 'docs' })).rejects.toThrow('the metric option');
    const plan = await migrator.plan({ sourceCollection: 'docs', metric: 'euclidean' });
    const result = await migrator.migrate({ sourceCollection: 'docs', plan });
    expect(result).toMatchObject({ success: true, vectorsMigrated: 20 });
    const { vectors } = await (await target.openCollection('docs')).describe();
    expect(vectors).toMatchObject({ '': { metric: 'euclidean' } });
    await target.close();
  });

  it.each<[string, (plan: Record<string, unknown>) => void, string]>([
    ['nothing of the kind', (plan) => delete plan['vectorNames'], 'its "vectorNames" is missing'],
    ['another version', (plan) => (plan['version'] = 2), 'its "version"'],
    ['a list of losses that has others', (plan) => (plan['losses'] = ['rejected-records']), 'its "losses"'],
    ['no filter', (plan) => (plan['filter'] = { op: 'eqq', path: 'index', value: 1 }), 'filter cannot be read'],
    ['a part of a filter that is none', (plan) => (plan['filter'] = { op: 'and', of: [5] }), 'filter cannot be read'],
    ['a mapping that is none', (plan) => (plan['fieldMapping'] = { drop: 'index' }), 'fields: "drop" cannot be read'],
    [
      'another name',
      (plan) => (plan['schema'] = { ...(plan['schema'] as object), name: 'other' }),
      'the plan was changed',
    ],
    ['another vector', (plan) => (plan['vectorNames'] = { '': 'other' }), 'the plan was changed'],
  ])('that was changed to hold %s is refused by name', async (_what, change, message) => {
    const source = await filledMemory(makeRecords(20));
    const target = createMemory();
    const migrator = new VectorStoreMigrator({ source, target, checkpoints: folder });
    const plan = await migrator.plan({ sourceCollection: 'docs', filter: { even: true } });
    const changed = JSON.parse(JSON.stringify(plan)) as typeof plan;
    change(changed as unknown as Record<string, unknown>);
    const run = migrator.migrate({ sourceCollection: 'docs', plan: changed });
    await expect(run).rejects.toThrow(message);
    await expect(run).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    expect(await target.listCollections()).toEqual([]);
  });

  it('is refused once the source has other vectors, or something that would be lost', async () => {
    const target = createMemory();
    const planned = await new VectorStoreMigrator({
      source: await filledMemory(makeRecords(20)),
      target,
      checkpoints: folder,
    }).plan({ sourceCollection: 'docs' });
    const now = async (source: VectorStoreV1): Promise<unknown> => {
      const { location } = planned.source;
      return new VectorStoreMigrator({ source: { ...source, location }, target, checkpoints: folder }).migrate({
        sourceCollection: 'docs',
        plan: planned,
      });
    };
    const wider = await filledMemory(makeRecords(20, 5), {
      name: 'docs',
      vectors: { '': { kind: 'dense', dimension: 5, metric: 'cosine' } },
    });
    await expect(now(wider)).rejects.toThrow(/"dimension":5.*but in the plan are.*"dimension":4.*Make a new plan/);
    const doubled = alterCollections(await filledMemory(makeRecords(20)), (collection) => ({
      async scan(request, options) {
        const page = await collection.scan(request, options);
        return { ...page, records: [...page.records, ...page.records.slice(0, 1)] };
      },
    }));
    await expect(now(doubled)).rejects.toThrow('rejected-records');
    expect(await target.listCollections()).toEqual([]);
  });

  it('says how much room the target needs, and how long reading takes', async () => {
    const source = await filledMemory(makeRecords(1000));
    const migrator = new VectorStoreMigrator({ source, target: createMemory(), checkpoints: folder });
    const { headroom, estimate } = await migrator.plan({ sourceCollection: 'docs' });
    expect(headroom.vectorBytes).toBe(1000 * 4 * 4);
    // {"index":0,"half":0.25,"whole":0.0,"name":"name 0","even":true} and up, its id and its text.
    expect(headroom.metadataBytes / 1000).toBeGreaterThan(80);
    expect(headroom.metadataBytes / 1000).toBeLessThan(120);
    expect(headroom.totalBytes).toBe(headroom.vectorBytes + headroom.metadataBytes + headroom.indexBytes);
    expect(estimate).toMatchObject({ totalVectors: 1000 });
    expect(estimate?.basis).toMatch(/records read from the source/);
  });

  it('lists it as a loss where an existing target keeps smaller numbers', async () => {
    const source = await filledMemory(makeRecords(10));
    const vector = { kind: 'dense', dimension: 4, metric: 'cosine', datatype: 'float16' } as const;
    const target = await filledMemory([], { name: 'docs', vectors: { '': vector } });
    const migrator = new VectorStoreMigrator({ source, target, checkpoints: folder });
    const { losses } = await migrator.plan({ sourceCollection: 'docs' });
    expect(losses).toMatchObject([{ name: 'vector-precision', detail: expect.stringContaining('float16') }]);
    await expect(migrator.migrate({ sourceCollection: 'docs' })).rejects.toMatchObject({ code: 'SCHEMA_INCOMPATIBLE' });
  });

  it('is not made for a target that can only be read, but such a target can be verified', async () => {
    const source = await filledMemory(makeRecords(10));
    const memory = await filledMemory(makeRecords(10));
    const target = { ...memory, capabilities: { ...memory.capabilities, access: 'read-only' } } as const;
    const migrator = new VectorStoreMigrator({ source, target, checkpoints: folder });
    await expect(migrator.plan({ sourceCollection: 'docs' })).rejects.toThrow(/can only be read/);
    expect(await migrator.verify({ sourceCollection: 'docs' })).toMatchObject({ passed: true });
  });

  it('is refused once the target has changed', async () => {
    const source = await filledMemory(makeRecords(100));
    const target = createMemory();
    const migrator = new VectorStoreMigrator({ source, target, checkpoints: folder });
    const plan = await migrator.plan({ sourceCollection: 'docs' });
    await migrator.migrate({ sourceCollection: 'docs' });
    await expect(migrator.migrate({ sourceCollection: 'docs', plan })).rejects.toThrow(
      /changed since the plan was made/,
    );
  });
});

describe('a run that is begun again instead of resumed', () => {
  const indexed = (): { store: VectorStoreV1; calls: string[] } => {
    const calls: string[] = [];
    const store = alterCollections(createMemory(), () => ({
      prepareBulkLoad: async () => ({ index: 'hnsw' }),
      beginBulkLoad: async () => void calls.push('begin'),
      endBulkLoad: async (token) => void calls.push(`end ${JSON.stringify(token)}`),
    }));
    return { store, calls };
  };

  /** Killed after some pages: not even its index settings are restored. */
  async function killedLoad(source: VectorStoreV1, store: VectorStoreV1): Promise<string> {
    const dying = alterCollections(failsAfter(store, 3), () => ({
      endBulkLoad: async () => {
        throw new Error('gone');
      },
    }));
    const migrator = new VectorStoreMigrator({ source, target: dying, checkpoints: folder });
    await expect(migrator.migrate({ sourceCollection: 'docs', batchSize: 50 })).rejects.toThrow('gone');
    return (await migrator.runs())[0]?.runId ?? '';
  }

  it('takes the unfinished one up, says so, and restores the indexes', async () => {
    const source = await filledMemory(makeRecords(1000));
    const { store, calls } = indexed();
    const runId = await killedLoad(source, store);
    calls.length = 0;
    const migrator = new VectorStoreMigrator({ source, target: store, checkpoints: folder });
    const result = await migrator.migrate({ sourceCollection: 'docs', batchSize: 50 });
    expect(result).toMatchObject({ success: true, runId, vectorsMigrated: 1000 });
    expect(result.warnings[0]).toMatch(/not finished: it was taken up/);
    expect(calls.at(-1)).toBe('end {"index":"hnsw"}');
    // It is done now, and the next one is a run of its own.
    expect((await migrator.migrate({ sourceCollection: 'docs' })).runId).not.toBe(runId);
  });

  it('begins anew where that is asked for, and restores the indexes all the same', async () => {
    const source = await filledMemory(makeRecords(1000));
    const { store, calls } = indexed();
    const runId = await killedLoad(source, store);
    calls.length = 0;
    const migrator = new VectorStoreMigrator({ source, target: store, checkpoints: folder });
    const result = await migrator.migrate({ sourceCollection: 'docs', earlierRun: 'restart' });
    expect(result).toMatchObject({ success: true, vectorsMigrated: 1000 });
    expect(result.runId).not.toBe(runId);
    expect(calls.at(-1)).toBe('end {"index":"hnsw"}');
    // Both may be of one second, and then nothing says which came first.
    const states = Object.fromEntries((await migrator.runs()).map((run) => [run.runId, run.state]));
    expect(states).toEqual({ [runId]: 'superseded', [result.runId]: 'done' });
  });

  it('is refused where it was asked for otherwise, and while another process has it', async () => {
    const source = await filledMemory(makeRecords(1000));
    const { store } = indexed();
    const runId = await killedLoad(source, store);
    const migrator = new VectorStoreMigrator({ source, target: store, checkpoints: folder });
    const other = migrator.migrate({ sourceCollection: 'docs', filter: { even: true } });
    await expect(other).rejects.toThrow(new RegExp(`Run ${runId} .* is not finished, and was asked for otherwise`));
    const held = await fileCheckpoints(folder).open(runId);
    await expect(migrator.migrate({ sourceCollection: 'docs' })).rejects.toMatchObject({ code: 'CONFLICT' });
    await held.close();
    expect(await migrator.migrate({ sourceCollection: 'docs' })).toMatchObject({ success: true, runId });
  });
});

it('a run is not resumed into a collection that was made anew with another metric', async () => {
  const source = await filledMemory(makeRecords(1000));
  const target = createMemory();
  const runId = await brokenRun(source, target);
  await target.dropCollection?.('docs');
  await target.createCollection({
    name: 'docs',
    vectors: { '': { kind: 'dense', dimension: 4, metric: 'euclidean' } },
  });
  const migrator = new VectorStoreMigrator({ source, target, checkpoints: folder });
  await expect(migrator.resume(runId)).rejects.toThrow(/compares its vector by euclidean/);
});

it('a run whose plan is damaged is listed as damaged, and not denied', async () => {
  const source = await filledMemory(makeRecords(1000));
  const target = createMemory();
  const runId = await brokenRun(source, target);
  const migrator = new VectorStoreMigrator({ source, target, checkpoints: folder });
  await writeFile(join(folder, runId, 'run.json'), '{"hash":"00","header":{}}');
  expect(await migrator.runs()).toMatchObject([{ runId, state: 'damaged' }]);
  await expect(migrator.resume(runId)).rejects.toMatchObject({ code: 'INVALID_DATA' });
  await rm(join(folder, runId, 'run.json'));
  expect(await migrator.runs()).toMatchObject([{ runId, state: 'damaged' }]);
  await expect(migrator.resume(runId)).rejects.toMatchObject({ code: 'INVALID_DATA' });
});
