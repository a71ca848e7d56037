import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFile } from '@vsm/adapter-file';
import { VectorStoreMigrator, type MigrationResult, type VectorStoreV1 } from '@vsm/core';
import { expect, it, onTestFinished } from 'vitest';
import { filledMemory, makeRecords } from './stores.ts';

it.each([
  ['that share what is open', [undefined, undefined, undefined]],
  ['that share nothing', [1000, 2000, 3000]],
] as const)(
  'of migrations at once into one new file, by stores %s, one goes through and the file stays usable',
  async (_how, limits) => {
    const folder = await mkdtemp(join(tmpdir(), 'vsm-overlapping-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const source = await filledMemory(makeRecords(50));
    const open = (maxLineBytes?: number): VectorStoreV1 => createFile({ path: folder, maxLineBytes });
    const migrate = async (target: VectorStoreV1): Promise<MigrationResult> => {
      try {
        return await new VectorStoreMigrator({ source, target, checkpoints: false }).migrate({
          sourceCollection: 'docs',
        });
      } finally {
        await target.close();
      }
    };
    const outcomes = await Promise.allSettled(limits.map((limit) => migrate(open(limit))));
    const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    for (const reason of reasons) expect(reason).toMatchObject({ code: 'CONFLICT' });
    expect(reasons.length).toBeLessThan(limits.length);
    expect(await migrate(open(4000))).toMatchObject({ success: true, verification: { passed: true, targetCount: 50 } });
  },
);
