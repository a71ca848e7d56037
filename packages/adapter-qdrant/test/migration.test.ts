import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VectorStoreMigrator } from '@vsm/core';
import { startQdrantEmulator, type QdrantEmulator } from '@vsm/emulator-qdrant';
import { createQdrant } from '@vsm/adapter-qdrant';
import { afterEach, describe, expect, it } from 'vitest';
import { share } from '../../../test/share.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

async function start(seed: number, grpc: boolean): Promise<QdrantEmulator> {
  const emulator = await startQdrantEmulator({ grpc, faults: { seed, retryAfterSeconds: undefined } });
  open.push(emulator);
  return emulator;
}

describe('a migration', () => {
  it.each([
    { count: share(20_000, 3 / 10), way: 'REST' },
    { count: 6000, way: 'gRPC' },
  ])(
    'of $count records over $way ends complete and without doubles where 5 % of all requests fail, on both sides',
    { timeout: 120_000 },
    async ({ count, way }) => {
      const grpc = way === 'gRPC';
      const [from, to] = [await start(1, grpc), await start(2, grpc)];
      const [source, target] = [createQdrant({ url: from.url }), createQdrant({ url: to.url })];
      open.push(source, target);
      await source.createCollection({
        name: 'docs',
        vectors: { '': { kind: 'dense', dimension: 16, metric: 'cosine' } },
        indexes: [{ path: 'n', type: 'integer' }],
      });
      const collection = await source.openCollection('docs');
      for (let first = 0; first < count; first += 2000) {
        await collection.upsert(
          Array.from({ length: 2000 }, (_, at) => ({
            id: at % 3 === 0 ? `00000000-0000-4000-8000-${String(first + at).padStart(12, '0')}` : String(first + at),
            vectors: { '': Float32Array.from({ length: 16 }, (_unused, place) => Math.sin(first + at + place)) },
            metadata: { n: first + at, big: 9007199254740993n },
          })),
        );
      }
      await collection.flush?.();

      const failed = new Map<string, number>();
      for (const emulator of [from, to]) {
        emulator.faults.failureRate = 0.05;
        emulator.onRequest = ({ status }) => {
          if (status !== 200) failed.set(String(status), (failed.get(String(status)) ?? 0) + 1);
        };
        emulator.onCall = ({ status }) => failed.set(`gRPC ${status}`, (failed.get(`gRPC ${status}`) ?? 0) + 1);
      }
      const runs = mkdtempSync(join(tmpdir(), 'vsm-qdrant-'));
      open.push({ close: () => rmSync(runs, { recursive: true, force: true }) });
      const migrator = new VectorStoreMigrator({
        source,
        target,
        maxRetries: 12,
        retryDelaySeconds: 0.01,
        checkpoints: runs,
      });
      const result = await migrator.migrate({ sourceCollection: 'docs', batchSize: 100, verify: 'values' });

      expect(result).toMatchObject({ success: true, vectorsMigrated: count, vectorsFailed: 0 });
      expect(result.verification).toMatchObject({ passed: true });
      // The rate limit and the broken server were met, and the binary way was taken where there is one.
      expect((failed.get('429') ?? 0) + (failed.get('gRPC 8') ?? 0)).toBeGreaterThan(0);
      expect((failed.get('500') ?? 0) + (failed.get('gRPC 13') ?? 0)).toBeGreaterThan(0);
      expect(failed.has('gRPC 0')).toBe(grpc);
      to.faults.failureRate = 0;
      const copy = await target.openCollection('docs');
      expect(await copy.count()).toStrictEqual({ value: count, exact: true });
      // The settings as well, and nothing left of the bulk load.
      const described = async (of: typeof collection): Promise<unknown> => {
        from.faults.failureRate = 0;
        return of.describe();
      };
      expect(await described(copy)).toStrictEqual(await described(collection));
    },
  );

  it('is cut into parts though every other request fails: what was found is not asked for again', async () => {
    const emulator = await start(3, false);
    const source = createQdrant({ url: emulator.url });
    open.push(source);
    await source.createCollection({ name: 'docs', vectors: {} });
    const collection = await source.openCollection('docs');
    await collection.upsert(
      Array.from({ length: 500 }, (_, at) => ({ id: String(at * 1_000_003), vectors: {}, metadata: {} })),
    );
    await collection.flush?.();
    const whole = await collection.partition?.(8);
    expect(whole?.length).toBeGreaterThan(4);
    emulator.faults.failureRate = 0.5;
    let parts: typeof whole;
    for (let tries = 0; parts === undefined && tries < 100; tries += 1) {
      parts = await collection.partition?.(8).catch(() => undefined);
    }
    expect(parts).toStrictEqual(whole);
  });
});
