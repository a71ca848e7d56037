import { createMemory } from '@vsm/adapter-memory';
import { createPinecone } from '@vsm/adapter-pinecone';
import { float, VectorStoreMigrator } from '@vsm/core';
import type { CollectionV1, VectorRecord, VectorStoreV1 } from '@vsm/core/adapter';
import { startPineconeEmulator } from '@vsm/emulator-pinecone';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { share } from '../../../test/share.ts';

const COUNT = share(20_000, 1 / 4);
const DIMENSION = 8;

it(`moves ${COUNT} records there and back while 5 % of all requests fail, all of them, none twice`, async () => {
  const emulator = await startPineconeEmulator({ faults: { seed: 11, retryAfterSeconds: undefined } });
  const runs = mkdtempSync(join(tmpdir(), 'vsm-pinecone-'));
  try {
    const source = createMemory();
    const vectors = { '': { kind: 'dense', dimension: DIMENSION, metric: 'cosine' } } as const;
    await source.createCollection({ name: 'docs', vectors, namespaces: true });
    const original = Array.from({ length: COUNT }, (_, at) => makeRecord(at));
    await (await source.openCollection('docs')).upsert(original);

    const pinecone = createPinecone({ controllerHost: emulator.url, apiKey: 'any' });
    emulator.faults.failureRate = 0.05;
    let failed = 0;
    emulator.onRequest = ({ status }) => {
      if (status >= 400) failed += 1;
    };
    await migrate(source, pinecone, runs);
    const back = createMemory();
    await migrate(pinecone, back, runs);
    expect(failed).toBeGreaterThan(COUNT / 5000);

    const found = await readAll(await back.openCollection('docs'));
    expect(found).toHaveLength(COUNT);
    const byKey = new Map(found.map((record) => [keyOf(record), record]));
    expect(byKey.size).toBe(COUNT);
    for (const record of original) expect(byKey.get(keyOf(record))).toEqual(record);
    emulator.faults.failureRate = 0;
    expect((await (await pinecone.openCollection('docs')).count()).value).toBe(COUNT);
  } finally {
    await emulator.close();
    rmSync(runs, { recursive: true, force: true });
  }
}, 240_000);

async function migrate(source: VectorStoreV1, target: VectorStoreV1, checkpoints: string): Promise<void> {
  const migrator = new VectorStoreMigrator({ source, target, maxRetries: 10, retryDelaySeconds: 0.01, checkpoints });
  const result = await migrator.migrate({ sourceCollection: 'docs', verify: 'values' });
  expect(result).toMatchObject({ success: true, vectorsMigrated: COUNT, vectorsFailed: 0, errors: [] });
}

/** What Pinecone holds as it is, and what it holds only in an envelope, in two namespaces with common ids. */
function makeRecord(at: number): VectorRecord {
  const namespace = at % 4 === 0 ? 'tenant é' : undefined;
  return {
    id: `record-${Math.floor(at / 2)
      .toString()
      .padStart(6, '0')}${at % 4 === 1 ? '' : at % 2 === 0 ? '' : '-odd'}`,
    ...(namespace !== undefined && { namespace }),
    vectors: { '': Float32Array.from({ length: DIMENSION }, (_, index) => Math.sin(at * 8 + index)) },
    metadata: {
      at,
      tags: ['a', `b${at % 7}`],
      ...(at % 3 === 0 && { nested: { deep: [1, null, float(2)] }, nothing: null }),
      ...(at % 5 === 0 && { big: 2n ** 60n + BigInt(at), whole: float(at) }),
    },
    ...(at % 2 === 0 && { document: `Text of ${at}` }),
  };
}

const keyOf = ({ id, namespace }: VectorRecord): string => `${namespace ?? ''}/${id}`;

async function readAll(collection: CollectionV1): Promise<VectorRecord[]> {
  const found: VectorRecord[] = [];
  let cursor: string | undefined;
  do {
    const page = await collection.scan({ limit: 5000, include: ['vectors', 'metadata'], cursor });
    for (const { namespace, document, uri: _none, ...record } of page.records) {
      found.push({
        ...record,
        ...(namespace !== undefined && { namespace }),
        ...(document !== undefined && { document }),
      });
    }
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}
