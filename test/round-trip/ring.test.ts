import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startDoubles } from './doubles.ts';
import { goRound } from './ring.ts';

it('a thousand real records go through every store and come back the same', async () => {
  const [folder, doubles] = await Promise.all([mkdtemp(join(tmpdir(), 'vsm-ring-')), startDoubles()]);
  onTestFinished(async () => {
    await doubles.stop();
    await rm(folder, { recursive: true, force: true });
  });
  await expect(goRound(doubles.urls, folder, 'packages')).resolves.toBeUndefined();
}, 900_000);
