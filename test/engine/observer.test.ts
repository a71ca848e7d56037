import { createMemory } from '@vsm/adapter-memory';
import {
  migrate,
  RemoteError,
  resume,
  verify,
  type ObservedRun,
  type RunObserver,
  type RunOutcome,
  type RunWatch,
} from '@vsm/core';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { alterCollections, filledMemory, makeRecords } from './stores.ts';

let checkpoints: string;
beforeAll(async () => {
  checkpoints = await mkdtemp(join(tmpdir(), 'vsm-observer-'));
});
afterAll(() => rm(checkpoints, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

class Notes implements RunObserver {
  readonly runs: ObservedRun[] = [];
  readonly order: string[] = [];
  readonly outcomes: RunOutcome[] = [];
  readonly pages = { records: 0, bytes: 0, rejected: 0 };
  readonly calls = new Map<string, number>();
  readonly failedCalls: string[] = [];
  retries = 0;
  throttles = 0;
  partsOpen = 0;
  #copying = false;

  runStarted(run: ObservedRun): RunWatch {
    this.runs.push(run);
    this.order.push(run.kind);
    return {
      phaseEntered: (phase) => {
        this.order.push(phase);
        this.#copying = phase === 'copying';
      },
      partBegun: () => {
        this.partsOpen += 1;
      },
      partEnded: () => {
        this.partsOpen -= 1;
      },
      called: ({ store, operation, records, error }) => {
        const name = `${operation} ${store}`;
        if (error !== undefined) this.failedCalls.push(name);
        this.calls.set(name, (this.calls.get(name) ?? 0) + records);
      },
      pageAccounted: ({ records, bytes, rejected }) => {
        if (!this.#copying) return;
        this.pages.records += records;
        this.pages.bytes += bytes;
        this.pages.rejected += rejected;
      },
      retried: ({ throttled }) => {
        this.retries += 1;
        this.throttles += throttled ? 1 : 0;
      },
      ended: (outcome) => {
        this.order.push('ended');
        this.outcomes.push(outcome);
      },
    };
  }
}

const busy = (throttled: boolean): RemoteError =>
  new RemoteError('busy', { adapter: 'memory', retryable: true, status: throttled ? 429 : 503 });

describe('an observer', () => {
  test('is told what the result of the run says', async () => {
    const source = await filledMemory(makeRecords(500));
    let scans = 0;
    let writes = 0;
    const failing = alterCollections(source, (collection) => ({
      async scan(request, options) {
        scans += 1;
        // Among the first are those of the plan; the last are those of the verification.
        if (scans % 4 === 0) throw busy(false);
        return collection.scan(request, options);
      },
    }));
    const target = alterCollections(createMemory(), (collection) => ({
      async upsert(records, options) {
        writes += 1;
        if (writes === 2) throw busy(true);
        return collection.upsert(records, options);
      },
    }));
    const notes = new Notes();
    const result = await migrate({
      source: failing,
      target,
      sourceCollection: 'docs',
      targetCollection: 'copy',
      batchSize: 50,
      retryDelaySeconds: 0,
      checkpoints: false,
      observer: notes,
    });
    expect(notes.order).toEqual(['migrate', 'planning', 'copying', 'verifying', 'done', 'ended']);
    const [run] = notes.runs;
    expect(run).toMatchObject({ kind: 'migrate', runId: result.runId, dryRun: false, remembered: false });
    expect(run?.source).toEqual({ adapter: 'memory', location: source.location, collection: 'docs' });
    expect(run?.target.collection).toBe('copy');
    expect(run?.progress()).toMatchObject({ phase: 'done', retries: result.metadata.retries });
    const { vectorsRead: records, bytes, retries } = result.metadata;
    expect(notes.pages).toEqual({ records, bytes, rejected: 0 });
    expect(notes.retries).toBe(retries);
    expect(notes.throttles).toBe(1);
    expect(notes.failedCalls.toSorted()).toEqual([
      ...Array.from({ length: retries - 1 }, () => 'scan source'),
      'upsert target',
    ]);
    expect(Object.fromEntries(notes.calls)).toEqual({ 'scan source': 1000, 'upsert target': 500, 'scan target': 500 });
    expect(notes.partsOpen).toBe(0);
    expect(notes.outcomes).toEqual([
      {
        result: {
          success: true,
          runId: result.runId,
          written: 500,
          rejected: 0,
          differences: expect.objectContaining({ missing: 0 }),
        },
      },
    ]);
  });

  test('hears how a run failed, and of a resumed one only what was done since', async () => {
    const source = await filledMemory(makeRecords(500));
    const memory = createMemory();
    let writes = 0;
    const breaking = alterCollections(memory, (collection) => ({
      async upsert(records, options) {
        writes += 1;
        if (writes === 4) throw new RemoteError('gone', { adapter: 'memory', retryable: false });
        return collection.upsert(records, options);
      },
    }));
    const notes = new Notes();
    const options = { source, target: breaking, checkpoints, observer: notes, batchSize: 50, concurrency: 1 };
    await expect(migrate({ ...options, sourceCollection: 'docs' })).rejects.toThrow('gone');
    expect(notes.outcomes).toEqual([{ error: expect.objectContaining({ code: 'REMOTE_FAILED' }) }]);
    expect(notes.partsOpen).toBe(0);
    const [failed] = notes.runs;
    expect(notes.pages.records).toBeGreaterThan(0);
    expect(notes.pages.records).toBeLessThan(500);

    await resume({ ...options, runId: failed?.runId ?? '' });
    const first = ['migrate', 'planning', 'copying', 'ended'];
    expect(notes.order).toEqual([...first, 'resume', 'copying', 'verifying', 'done', 'ended']);
    expect(notes.runs[1]).toMatchObject({ runId: failed?.runId, remembered: true });
    expect(notes.pages.records).toBe(500);
  });

  test('hears which run was taken up, in the run that took it up; and so does whoever interrupts that', async () => {
    const source = await filledMemory(makeRecords(500));
    const target = createMemory();
    const stop = new AbortController();
    let fate: 'break' | 'interrupt' | 'none' = 'break';
    const troubled = alterCollections(target, (collection) => ({
      async upsert(records, options) {
        const answer = await collection.upsert(records, options);
        if (fate === 'break') throw new RemoteError('gone', { adapter: 'memory', retryable: false });
        if (fate === 'interrupt') stop.abort();
        return answer;
      },
    }));
    const notes = new Notes();
    const runs = await mkdtemp(join(checkpoints, 'taken-up-'));
    const options = { source, target: troubled, checkpoints: runs, sourceCollection: 'docs', batchSize: 50 };
    await expect(migrate({ ...options, observer: notes })).rejects.toThrow('gone');
    const first = notes.runs[0]?.runId;
    fate = 'interrupt';
    const interrupted = migrate({ ...options, signal: stop.signal });
    await expect(interrupted).rejects.toMatchObject({ code: 'INTERRUPTED', runId: first });
    fate = 'none';
    const { runId } = await migrate({ ...options, observer: notes });
    expect(runId).toBe(first);
    expect(notes.order.slice(4)).toEqual(['migrate', 'planning', 'copying', 'verifying', 'done', 'ended']);
    expect(notes.outcomes.at(-1)).toEqual({ result: expect.objectContaining({ success: true, runId }) });
  });

  test('is told of a verification by itself', async () => {
    const records = makeRecords(100);
    const source = await filledMemory(records);
    const target = await filledMemory(records.slice(1));
    const notes = new Notes();
    await verify({ source, target, sourceCollection: 'docs', observer: notes });
    expect(notes.order).toEqual(['verify', 'verifying', 'ended']);
    expect(notes.outcomes).toEqual([
      { result: expect.objectContaining({ success: false, differences: expect.objectContaining({ missing: 1 }) }) },
    ]);
  });

  const fail = (): never => {
    throw new Error('the observer is broken');
  };
  const failLater = (): void => {
    // What a type that returns nothing lets through.
    return Promise.reject(new Error('the observer is broken')) as unknown as undefined;
  };
  const everywhere = (method: () => void): RunWatch => ({
    phaseEntered: method,
    partBegun: method,
    partEnded: method,
    called: method,
    pageAccounted: method,
    retried: method,
    ended: method,
  });

  test.each([
    ['throws at once', { runStarted: fail }],
    ['throws whatever it is told', { runStarted: () => everywhere(fail) }],
    ['throws at the end', { runStarted: () => ({ ended: fail }) }],
    ['rejects', { runStarted: () => everywhere(failLater) }],
  ] satisfies [string, RunObserver][])('that %s does not break the run', async (_title, observer) => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const source = await filledMemory(makeRecords(100));
    const result = await migrate({
      source,
      target: createMemory(),
      sourceCollection: 'docs',
      batchSize: 10,
      checkpoints: false,
      observer,
    });
    expect(result.success).toBe(true);
    expect(warned).toHaveBeenCalledOnce();
    expect(warned.mock.calls[0]?.[0]).toContain('the observer is broken');
  });
});
