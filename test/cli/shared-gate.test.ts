import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startQdrantEmulator } from '@vsm/emulator-qdrant';
import { expect, it, onTestFinished } from 'vitest';
import { packages, vsm } from './process.ts';

// With a queue it is test/servers/shared-gate.real.ts.
it('the gate of a run of several processes is passed by a copy, whose overlap is 1', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vsm-shared-gate-'));
  const qdrant = await startQdrantEmulator();
  onTestFinished(async () => {
    await qdrant.close();
    await rm(folder, { recursive: true, force: true });
  });
  const to = `qdrant://127.0.0.1:${qdrant.port}/processes`;
  const words = ['migrate', packages, to, '--yes', '--gate', '1', '--processes', '2', '--json'];
  const ended = await vsm(words, { cwd: folder, env: { VSM_RUN_DIR: join(folder, 'runs') } });
  expect(ended).toMatchObject({ stderr: '', code: 0 });
  expect(JSON.parse(ended.stdout)).toMatchObject({
    success: true,
    vectorsMigrated: 1000,
    judgement: { passed: true, overlap: { mean: 1 }, queriesFrom: 'sampled records' },
  });
});
