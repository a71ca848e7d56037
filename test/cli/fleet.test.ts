import { PGlite } from '@electric-sql/pglite';
import { createMemory } from '@vsm/adapter-memory';
import { RunControl } from '@vsm/core';
import { createQdrant, openLocation } from '@vsm/adapter-qdrant';
import * as distributed from '@vsm/distributed';
import { createEngine, createLedger, startRun, work, type FleetHeader } from '@vsm/distributed';
import { postgresQueue, postgresStorage, type PgliteDatabase } from '@vsm/distributed/postgres';
import { memoryQueue, memoryStorage } from '@vsm/distributed/memory';
import { startQdrantEmulator } from '@vsm/emulator-qdrant';
import { describe, expect, it } from 'vitest';
import { createRedactor } from '@vsm/report/redact';
import { Failures } from '../../packages/cli/src/failures.ts';
import { finishFleetRun } from '../../packages/cli/src/fleet/run.ts';
import { storeResolver } from '../../packages/cli/src/fleet/resolver.ts';
import type { CommandContext } from '../../packages/cli/src/run.ts';
import { Secrets } from '../../packages/cli/src/secrets.ts';
import { ownVersion } from '../../packages/cli/src/version.ts';
import { vsm } from './process.ts';

const KEY = 'planted-key-4711';

/** A context as a command has it, as far as stores are opened with it. */
const context = { secrets: new Secrets({}), use: (opened: unknown) => opened } as unknown as CommandContext;

function headerFor(location: string): FleetHeader {
  const end = { adapter: 'qdrant', location, collection: 'docs' };
  const plan = { source: end, target: end };
  return { runId: 'run', plan, annotations: { source: location, target: location } } as unknown as FleetHeader;
}

describe('a worker', () => {
  it('opens only what it was told of, whatever the ledger says', async () => {
    const resolve = storeResolver(['qdrant://mine:6333'], undefined, context);
    const { location } = openLocation('qdrant://mine:6333').store;
    const mine = await resolve(headerFor(location));
    expect(mine.source.location).toBe(location);
    expect(mine.versions).toEqual({ vsm: ownVersion() });
    await expect(resolve(headerFor('qdrant://elsewhere:6333'))).rejects.toThrow(
      'has its source at qdrant://elsewhere:6333, which this worker was not told of',
    );
  });

  it('needs a queue, and says where from', async () => {
    const { code, stderr } = await vsm(['worker']);
    expect(code).toBe(2);
    expect(stderr).toContain('--queue redis://');
  });

  it('is told of a run by a ledger, not by a folder', async () => {
    const asked = await vsm(['status', 'none', '--run-dir', './runs']);
    expect(asked.code).toBe(2);
    expect(asked.stderr).toContain('Say where the run is remembered');
  });
});

it('neither ledger nor queue holds a key', async () => {
  const server = await startQdrantEmulator({ apiKey: KEY });
  const database = await PGlite.create();
  try {
    const shared = database as PgliteDatabase;
    const [ledger, queue] = [createLedger(postgresStorage(shared)), postgresQueue(shared)];
    const source = createMemory();
    await source.createCollection({ name: 'docs', vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } } });
    const docs = await source.openCollection('docs');
    await docs.upsert([{ id: '7', vectors: { '': new Float32Array([1, 0]) }, metadata: {} }]);
    const target = createQdrant({ url: server.url, apiKey: KEY });
    const { runId } = await startRun({ ledger, queue, source, target, sourceCollection: 'docs' });
    const stores = async () => ({ source, target });
    await work({ ledger, queue, engine: createEngine({ ledger, stores, slots: 1 }), slots: 1, until: runId });
    expect(await ledger.run(runId)).toMatchObject({ state: 'done' });
    const rows = await database.query(
      'SELECT key || value AS text FROM vsm_ledger UNION ALL SELECT name FROM vsm_queue',
    );
    expect(rows.rows.length).toBeGreaterThan(5);
    expect(JSON.stringify(rows.rows)).not.toContain(KEY);
  } finally {
    await database.close();
    await server.close();
  }
});

it('what is paused on the live page is paused for all workers, and goes on for all', async () => {
  const source = createMemory();
  await source.createCollection({ name: 'docs', vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } } });
  const docs = await source.openCollection('docs');
  await docs.upsert([{ id: '7', vectors: { '': new Float32Array([1, 0]) }, metadata: {} }]);
  const target = createMemory();
  const [ledger, queue, control] = [createLedger(memoryStorage()), memoryQueue(), new RunControl()];
  const { runId } = await startRun({ ledger, queue, source, target, sourceCollection: 'docs' });
  const paused = Promise.withResolvers<void>();
  const watched = {
    ...ledger,
    async pause(id: string) {
      await ledger.pause(id);
      paused.resolve();
    },
    // Nothing is to be had before somebody has paused the run.
    claim: async (...words: Parameters<typeof ledger.claim>) => {
      await paused.promise;
      return ledger.claim(...words);
    },
  };
  const fleet = { module: distributed, ledger: watched, queue, close: async () => undefined };
  const running = finishFleetRun(
    {
      fleet,
      resolve: async () => ({ source, target }),
      context: {
        signal: new AbortController().signal,
        onProgress: () => undefined,
        note: () => undefined,
        failures: new Failures({}, createRedactor()),
        observer: undefined,
        control,
      },
    },
    runId,
  );
  control.pause();
  await paused.promise;
  expect(await ledger.run(runId)).toMatchObject({ paused: true, state: 'preparing' });
  control.resume();
  expect(await running).toMatchObject({ success: true, vectorsMigrated: 1 });
  await queue.close();
});
