import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkOutcome } from '@vsm/distributed';
import { startQdrantEmulator, type QdrantEmulator } from '@vsm/emulator-qdrant';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packages, vsm, type Ended } from '../cli/process.ts';
import { startVsm } from '../fleet/workers.ts';

// A shared run as people have it: `vsm worker` in one terminal, `vsm migrate --queue` in another, and a third to steer by.

const { PGVECTOR_URL = '' } = process.env;
if (PGVECTOR_URL === '') throw new Error('name a PostgreSQL: PGVECTOR_URL=postgresql://user@host/database');

let folder: string;
let qdrant: QdrantEmulator;
let worker: ChildProcess | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-terminals-'));
  qdrant = await startQdrantEmulator();
});
afterEach(async () => {
  worker?.kill('SIGKILL');
  worker = undefined;
  await qdrant.close();
  await rm(folder, { recursive: true, force: true });
});

const queue = ['--queue', PGVECTOR_URL];
const run = (...words: string[]): Promise<Ended> =>
  vsm([...words, '--json'], { cwd: folder, env: { VSM_RUN_DIR: '', VSM_QUEUE: undefined } });
const migrate = (...words: string[]): Promise<Ended> =>
  run('migrate', packages, `qdrant://127.0.0.1:${qdrant.port}/docs`, '--yes', ...words);

async function startWorker(): Promise<void> {
  const words = ['worker', packages, `qdrant://127.0.0.1:${qdrant.port}`, ...queue, '--json'];
  worker = startVsm(folder, words);
  worker.stderr?.pipe(process.stderr);
}

/** Ends the worker as Ctrl-C does. @returns what it says of its work */
async function endWorker(): Promise<WorkOutcome> {
  let text = '';
  worker?.stdout?.on('data', (chunk) => (text += String(chunk)));
  worker?.kill('SIGINT');
  if (worker !== undefined) await once(worker, 'close');
  return JSON.parse(text) as WorkOutcome;
}

/** Written down and left to the workers. */
async function detached(): Promise<string> {
  const { stdout } = await migrate(...queue, '--parts', '4', '--detach');
  const [runId = ''] = (JSON.parse(stdout) as { runs: string[] }).runs;
  return runId;
}

async function status(runId: string, ...words: string[]): Promise<object> {
  return JSON.parse((await run('status', runId, ...queue, ...words)).stdout) as object;
}

/** Once the first page has arrived in the target. */
function firstPage(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  qdrant.onRequest = ({ method, url }) => {
    if (method === 'PUT' && url.includes('/points?')) resolve();
  };
  return promise;
}

/** All of a result but its times, and what is called after them. */
function lasting(text: string): unknown {
  return JSON.parse(text, (key, value: unknown) =>
    /^(?:runId|startedAt|completedAt|timeline|latency)$|Seconds$|PerSecond$/.test(key) ? undefined : value,
  );
}

describe('a shared run', () => {
  it('comes to the result of a run of one process, but for times and ids', async () => {
    const alone = await migrate();
    await fetch(`${qdrant.url}/collections/docs`, { method: 'DELETE' });
    await startWorker();
    const shared = await migrate(...queue, '--parts', '4');
    expect({ ...shared, stdout: '' }).toEqual({ ...alone, stdout: '' });
    expect(lasting(shared.stdout)).toEqual(lasting(alone.stdout));
    expect(await endWorker()).toMatchObject({ workLeft: false });
  });

  it('waits while it is paused, and goes on when it is resumed', async () => {
    const runId = await detached();
    const paused = await run('pause', runId, ...queue);
    expect(JSON.parse(paused.stdout)).toMatchObject({ state: 'preparing', paused: true });
    await startWorker();
    const idle = await run('worker', packages, `qdrant://127.0.0.1:${qdrant.port}`, ...queue, '--until-idle');
    expect(JSON.parse(idle.stdout)).toMatchObject({ itemsDone: 0 });
    expect(await status(runId)).toMatchObject({ state: 'preparing', paused: true, vectorsProcessed: 0 });
    const { code, stdout } = await run('resume', runId, ...queue);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ runId, success: true, vectorsMigrated: 1000 });
    expect(await status(runId)).toMatchObject({ state: 'done', paused: false });
  });

  it('ends where it is cancelled: what was copied stays, and the index settings are restored', async () => {
    const runId = await detached();
    const copying = firstPage();
    await startWorker();
    await copying;
    const cancelled = await run('cancel', runId, ...queue);
    expect(JSON.parse(cancelled.stdout)).toMatchObject({ state: 'cancelling' });
    // A minute and a half, in which requests of workers may still arrive.
    expect(await status(runId, '--watch')).toMatchObject({ state: 'cancelled' });
    const answer = await fetch(`${qdrant.url}/collections/docs`);
    const { result } = (await answer.json()) as { result: { points_count: number; config: object } };
    expect(result.points_count).toBeGreaterThan(0);
    expect(result.config).toMatchObject({ optimizer_config: { indexing_threshold: 10_000 } });
    const again = await run('resume', runId, ...queue);
    expect(again.code).not.toBe(0);
    expect(again.stdout).toContain('was cancelled');
  });

  it('is finished on one machine, without a queue', async () => {
    const runId = await detached();
    const copying = firstPage();
    await startWorker();
    await copying;
    worker?.kill('SIGKILL');
    const { code, stdout } = await run('resume', runId, '--run-dir', PGVECTOR_URL);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      runId,
      success: true,
      vectorsMigrated: 1000,
      verification: { passed: true, missing: 0, extra: 0, valuesCompared: 1000 },
    });
  });
});
