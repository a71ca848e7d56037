import { createMemory } from '@vsm/adapter-memory';
import {
  migrate,
  RemoteError,
  verify,
  type MigrationProgress,
  type MigrationResult,
  type VectorStoreV1,
} from '@vsm/core';
import { createOtelObserver } from '@vsm/otel';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Receiver, startSdk, type ReceivedSpan } from './receiver.ts';
import { sharedProgress } from './shared-progress.ts';
import { altered, difficult, filled, PRIVATE, records, SECRET } from './stores.ts';

let receiver: Receiver;
let url: string;
let sdk: ReturnType<typeof startSdk>;
let checkpoints: string;
beforeEach(async () => {
  receiver = new Receiver();
  url = await receiver.listen();
  sdk = startSdk(url);
  checkpoints = await mkdtemp(join(tmpdir(), 'vsm-otel-'));
});
afterEach(async () => {
  await sdk.shutdown();
  await receiver.close();
  await rm(checkpoints, { recursive: true });
});

async function migrateInto(target: VectorStoreV1): Promise<MigrationResult> {
  return migrate({
    source: await filled(records),
    target,
    sourceCollection: 'docs',
    targetCollection: 'copy',
    batchSize: 50,
    concurrency: 2,
    retryDelaySeconds: 0,
    checkpoints,
    observer: createOtelObserver(sdk),
  });
}

function only(name: string): ReceivedSpan {
  const found = receiver.spans.filter((span) => span.name === name);
  expect(found).toHaveLength(1);
  return found[0] as ReceivedSpan;
}

describe('a receiver of OTLP', () => {
  test('sees the numbers that the result has', async () => {
    const result = await migrateInto(difficult(() => sdk.flush()));
    await sdk.flush();
    const { vectorsRead, bytes, retries } = result.metadata;
    expect([vectorsRead, retries, result.vectorsFailed]).toEqual([600, 2, 2]);
    const copying = { 'vsm.phase': 'copying' };
    expect(receiver.last('vsm.records.processed', copying)).toBe(vectorsRead);
    expect(receiver.last('vsm.records.processed', { 'vsm.phase': 'verifying' })).toBe(vectorsRead);
    expect(receiver.last('vsm.io', copying)).toBe(bytes);
    expect(receiver.last('vsm.records.rejected')).toBe(result.vectorsFailed);
    expect(receiver.last('vsm.retries', { 'vsm.store': 'target' })).toBe(retries);
    expect(receiver.last('vsm.retries')).toBe(retries);
    expect(receiver.last('vsm.throttles')).toBe(1);
    expect(receiver.last('vsm.runs', { 'vsm.run.kind': 'migrate', 'error.type': 'records_rejected' })).toBe(1);
    const writes = { 'db.operation.name': 'upsert', 'server.address': 'vectors.example', 'server.port': 6333 };
    const { latency } = result.metadata;
    expect(receiver.last('db.client.operation.duration', writes)).toBe(latency.write.calls + retries);
    expect(receiver.last('db.client.operation.duration', { ...writes, 'error.type': 'REMOTE_FAILED' })).toBe(retries);
    const scans = { 'db.operation.name': 'scan', 'db.system.name': 'memory', 'db.collection.name': 'docs' };
    expect(receiver.last('db.client.operation.duration', scans)).toBeGreaterThanOrEqual(latency.read.calls);
    const gauges = receiver.points.filter(({ kind }) => kind === 'gauge');
    expect([...new Set(gauges.map(({ metric }) => metric))].toSorted()).toEqual([
      'vsm.backlog',
      'vsm.checkpoint.age',
      'vsm.concurrency.permitted',
      'vsm.eta',
    ]);
    const backlog = gauges.find(({ metric }) => metric === 'vsm.backlog')?.value ?? Number.NaN;
    expect(backlog).toBeGreaterThan(0);
    expect(backlog).toBeLessThan(600);
  });

  test('sees a run that several processes share as long as it is watched, as a whole', async () => {
    const end = { adapter: 'qdrant', location: 'http://a', collection: 'docs' };
    let asked = 0;
    const progress = (): MigrationProgress => {
      asked += 1;
      return sharedProgress();
    };
    const watching = { runId: 'run', source: end, target: end, progress };
    const unwatch = createOtelObserver(sdk).sharedRunWatched?.(watching);
    await sdk.flush();
    const copying = { 'vsm.phase': 'copying', 'vsm.source.collection': 'docs' };
    expect(receiver.last('vsm.shared.workers', copying)).toBe(2);
    const items = ['done', 'taken', 'waiting', 'failed'].map((state) =>
      receiver.last('vsm.shared.items', { 'vsm.item.state': state }),
    );
    expect(items).toEqual([3, 2, 2, 1]);
    expect(receiver.last('vsm.shared.takeovers')).toBe(4);
    expect(receiver.last('vsm.shared.refused')).toBe(3);
    expect(receiver.last('vsm.shared.backlog', copying)).toBe(600);
    expect(receiver.last('vsm.shared.pace', copying)).toBe(40);
    expect(receiver.last('vsm.shared.eta', copying)).toBe(15);
    const before = asked;
    expect(before).toBeGreaterThan(0);
    unwatch?.();
    await sdk.flush();
    expect(asked).toBe(before);
  });

  test('sees partitions within phases within a run, and no pages', async () => {
    const result = await migrateInto(createMemory());
    await sdk.flush();
    const { spans } = receiver;
    const run = only('vsm migrate');
    expect(run.parentSpanId).toBeUndefined();
    expect(run.attributes).toMatchObject({
      'vsm.run.id': result.runId,
      'vsm.source.system': 'memory',
      'vsm.source.collection': 'docs',
      'vsm.target.collection': 'copy',
      'vsm.records.written': 600,
      'vsm.records.rejected': 0,
      'vsm.differences.missing': 0,
    });
    expect(run.status.code ?? 0).toBe(0);
    const phases = ['vsm planning', 'vsm copying', 'vsm verifying'].map(only);
    expect(phases.map(({ parentSpanId }) => parentSpanId)).toEqual(phases.map(() => run.spanId));
    const [, copying, verifying] = phases;
    const partitions = spans.filter(({ name }) => name.endsWith('partition'));
    expect(partitions.length).toBeGreaterThan(1);
    for (const partition of partitions) {
      const phase = partition.name === 'vsm copying partition' ? copying : verifying;
      expect(partition.parentSpanId).toBe(phase?.spanId);
      expect(partition.attributes).toMatchObject({ 'db.system.name': 'memory', 'db.operation.name': 'scan' });
    }
    expect(partitions.some(({ name }) => name === 'vsm copying partition')).toBe(true);
    // Twelve pages and more were moved.
    expect(spans).toHaveLength(4 + partitions.length);
    expect(partitions.length).toBeLessThan(12);
  });

  test('sees no id, text, vector, namespace or secret, whatever happens', async () => {
    const broken = altered(createMemory(), `http://vectors.example/${SECRET}`, () => ({
      upsert: () => {
        const words = `customer-3 of tenant-blue: https://me:${SECRET}@vectors.example refused "private words of 3"`;
        throw new RemoteError(words, { adapter: 'memory', retryable: false, status: 500 });
      },
    }));
    await expect(migrateInto(broken)).rejects.toThrow('customer-3');
    await migrateInto(difficult());
    const lacking = await filled(records.slice(5));
    const report = await verify({
      source: await filled(records),
      target: lacking,
      sourceCollection: 'docs',
      observer: createOtelObserver(sdk),
    });
    await sdk.flush();
    expect(report.missing).toBe(5);
    expect(receiver.last('vsm.differences', { 'vsm.difference.kind': 'missing' })).toBe(5);

    expect(receiver.bodies.length).toBeGreaterThanOrEqual(2);
    for (const body of receiver.bodies) for (const word of PRIVATE) expect(body).not.toContain(word);

    const failed = receiver.spans.filter(({ attributes }) => attributes['error.type'] === 'REMOTE_FAILED');
    const names = new Set(failed.map(({ name }) => name));
    for (const name of ['vsm migrate', 'vsm copying', 'vsm copying partition']) expect(names).toContain(name);
    for (const { status } of failed) {
      expect(status).toEqual({ code: 2, message: 'REMOTE_FAILED from memory with HTTP status 500' });
    }
    expect(only('vsm verify')).toMatchObject({ status: { code: 2, message: 'records_differ' } });
  });
});
