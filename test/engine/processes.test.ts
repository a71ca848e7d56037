import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createQdrant } from '@vsm/adapter-qdrant';
import { migrate, type MigrationResult, type VectorStoreV1 } from '@vsm/core';
import { createLedger, startRun, TIMINGS, workInProcesses, type Ledger } from '@vsm/distributed';
import { memoryQueue } from '@vsm/distributed/memory';
import { sqliteStorage } from '@vsm/distributed/sqlite';
import { startQdrantEmulator, type QdrantEmulator } from '@vsm/emulator-qdrant';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { testEnvironment } from '../environment.ts';

// Processes of one machine share a run. What counts is what the ledger has: whoever dies is replaced.

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const COUNT = 3000;
const CHILD = fileURLToPath(new URL('process-child.ts', import.meta.url));
const timings = { ...TIMINGS, lease: 8000, late: 500, beat: 200, reconcile: 500, retry: 100 };

let folder: string;
let servers: readonly QdrantEmulator[];
let source: VectorStoreV1;
let target: VectorStoreV1;
let ledger: Ledger;
const children: ChildProcess[] = [];

const path = (): string => join(folder, 'ledger.sqlite');
const urlOf = (at: number): string => servers[at]?.url ?? '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-processes-'));
  servers = [await startQdrantEmulator(), await startQdrantEmulator()];
  source = createQdrant({ url: urlOf(0) });
  target = createQdrant({ url: urlOf(1) });
  ledger = createLedger(await sqliteStorage(path()), { timings });
  await source.createCollection({ name: 'docs', vectors: { '': { kind: 'dense', dimension: 2, metric: 'dot' } } });
  const docs = await source.openCollection('docs');
  const record = (at: number) => ({ id: String(at), vectors: { '': [at, 1] }, metadata: { at, even: at % 2 === 0 } });
  await docs.upsert(Array.from({ length: COUNT }, (_, at) => record(at + 1)));
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await Promise.all([source.close(), target.close(), ledger.close()]);
  for (const server of servers) await server.close();
  await rm(folder, { recursive: true });
});

function startChild(runId: string, ...more: readonly string[]): ChildProcess {
  const words = [CHILD, path(), runId, urlOf(0), urlOf(1), JSON.stringify(timings), ...more];
  return spawn(process.execPath, ['--conditions=@vsm/source', ...words], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: testEnvironment,
  });
}

/** Starts the run, and has so many processes work on it. */
async function shared(
  processes: number,
  signal?: AbortSignal,
  begin: (runId: string) => ChildProcess = (runId) => startChild(runId),
): Promise<{ runId: string; lost: readonly string[] }> {
  const queue = memoryQueue();
  const ends = { source, target, sourceCollection: 'docs', batchSize: 100, parts: 6 };
  const { runId } = await startRun({ ...ends, ledger, queue });
  const lost: string[] = [];
  const start = (): ChildProcess => {
    const child = begin(runId);
    children.push(child);
    return child;
  };
  try {
    const onLost = (how: string): unknown => lost.push(how);
    await workInProcesses({ ledger, queue, runId, processes, start, signal, onLost });
  } finally {
    await queue.close();
  }
  return { runId, lost };
}

async function resultOf(runId: string): Promise<MigrationResult> {
  const { value } = await ledger.results(runId, 'conclude')[Symbol.asyncIterator]().next();
  return value as MigrationResult;
}

/** Once so many pages have arrived in the target. */
function afterPages(pages: number, act: () => void): void {
  let written = 0;
  const server = servers[1] as QdrantEmulator;
  server.onRequest = ({ method, url }) => {
    if (method === 'PUT' && url.includes('/points?')) written += 1;
    if (written !== pages) return;
    server.onRequest = undefined;
    act();
  };
}

const outcome = ({ success, vectorsMigrated, vectorsFailed, verification }: MigrationResult) => {
  const { passed, missing, extra, changed, counts, valuesCompared, census } = verification ?? {};
  return { success, vectorsMigrated, vectorsFailed, passed, missing, extra, changed, counts, valuesCompared, census };
};

it('comes to the same as one process', async () => {
  const { runId, lost } = await shared(2);
  expect(lost).toEqual([]);
  const alone = await migrate({
    source,
    target,
    sourceCollection: 'docs',
    targetCollection: 'alone',
    checkpoints: false,
  });
  expect(outcome(await resultOf(runId))).toEqual(outcome(alone));
});

it('replaces a process that is killed, and loses nothing', async () => {
  afterPages(5, () => children[0]?.kill('SIGKILL'));
  const { runId, lost } = await shared(2);
  expect(lost).toEqual(['signal SIGKILL']);
  expect(children).toHaveLength(3);
  expect(outcome(await resultOf(runId))).toMatchObject({ success: true, valuesCompared: COUNT, missing: 0, extra: 0 });
});

/** A process that stands still in the middle of a write has the ledger's file locked, and nobody goes on. */
async function stopBetweenWrites(child: ChildProcess): Promise<void> {
  const file = new DatabaseSync(path(), { timeout: 0 });
  for (let stopped = false; !stopped;) {
    child.kill('SIGSTOP');
    try {
      file.exec('BEGIN IMMEDIATE; ROLLBACK');
      stopped = true;
    } catch {
      child.kill('SIGCONT');
      await setImmediate();
    }
  }
  file.close();
}

const STOOD_STILL = 'signal SIGKILL, since it had given no sign of life for 4 s';

it('ends a process that stands still, and puts another one in its place', async () => {
  afterPages(5, () => void stopBetweenWrites(children[0] as ChildProcess));
  const { runId, lost } = await shared(2);
  expect(lost).toEqual([STOOD_STILL]);
  expect(outcome(await resultOf(runId))).toMatchObject({ success: true, valuesCompared: COUNT, missing: 0, extra: 0 });
});

it('ends one that stands still in a write, which all others wait for', async () => {
  const begin = (runId: string): ChildProcess => startChild(runId, ...(children.length === 0 ? ['stops'] : []));
  const { runId, lost } = await shared(2, undefined, begin);
  expect(lost).toEqual([STOOD_STILL]);
  expect(outcome(await resultOf(runId))).toMatchObject({ success: true, valuesCompared: COUNT, missing: 0, extra: 0 });
});

it('gives back what it has where it is told to end, and goes on from there', async () => {
  const stop = new AbortController();
  afterPages(5, () => stop.abort());
  const { runId } = await shared(2, stop.signal);
  expect(await ledger.run(runId)).toMatchObject({ state: 'copying' });
  for await (const [, { claim }] of ledger.items(runId, 'copy')) expect(claim).toBeUndefined();
  const again = await shared(2);
  expect(again.runId).toBe(runId);
  expect(await ledger.run(runId)).toMatchObject({ state: 'done', takeovers: 0 });
  expect(outcome(await resultOf(runId))).toMatchObject({
    success: true,
    vectorsMigrated: COUNT,
    valuesCompared: COUNT,
  });
});

it('ends a process whose first process is gone before the run is over', async () => {
  const queue = memoryQueue();
  const { runId } = await startRun({ source, target, sourceCollection: 'docs', ledger, queue });
  await queue.close();
  const child = startChild(runId);
  children.push(child);
  // It asks for work.
  await once(child, 'message');
  child.disconnect();
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
  expect(await ledger.openRuns()).toEqual([runId]);
}, 30_000);

it('leaves the run where one process after the other ends without a page', async () => {
  const begin = (): ChildProcess =>
    spawn(process.execPath, ['--eval', 'process.exit(3)'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  await expect(shared(2, undefined, begin)).rejects.toThrow(
    /one process after the other ended without a page, the last one by exit code 3/,
  );
  expect(await ledger.openRuns()).toHaveLength(1);
});
