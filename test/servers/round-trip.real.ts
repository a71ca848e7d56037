import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { createFile } from '@vsm/adapter-file';
import { createMemory } from '@vsm/adapter-memory';
import { VectorStoreMigrator, type VectorRecord, type VectorStoreV1 } from '@vsm/core';
import { afterAll, expect, it } from 'vitest';
import { allRecords } from '../engine/stores.ts';
import { servers } from './servers.ts';

const name = process.env['VSM_SERVER'];
const found = servers.find((server) => server.name === name);
const url = process.env[found?.variable ?? ''];
if (found?.open === undefined || url === undefined) throw new Error(`VSM_SERVER names no server that runs: "${name}"`);

const collection = 'debian-packages-1k';
const onServer = `vsm-round-trip-${process.pid}`;
const file = createFile({ path: join(import.meta.dirname, '../../examples/demo/debian-packages-1k.parquet') });
const server = found.open(url);
afterAll(async () => {
  await server.dropCollection?.(onServer);
  await server.close();
});

async function move(
  source: VectorStoreV1,
  from: string,
  target: VectorStoreV1,
  to: string,
): Promise<readonly string[]> {
  const migrator = new VectorStoreMigrator({ source, target });
  const options = { sourceCollection: from, targetCollection: to };
  const { losses } = await migrator.plan(options);
  const result = await migrator.migrate(options);
  expect(result.rejected).toEqual([]);
  expect(result).toMatchObject({ success: true, vectorsFailed: 0 });
  return losses.map(({ name: loss }) => loss);
}

function sorted(records: readonly VectorRecord[], part: (record: VectorRecord) => unknown): unknown[] {
  return records.toSorted((left, right) => (left.id < right.id ? -1 : 1)).map((record) => [record.id, part(record)]);
}

it('a thousand real records come back bit-identical, but for what the plan lists', async () => {
  const lost = await move(file, collection, server, onServer);
  const memory = createMemory();
  await move(server, onServer, memory, collection);
  const [before, after] = await Promise.all([allRecords(file, collection), allRecords(memory, collection)]);
  expect(before).toHaveLength(1000);
  const rest = ({ metadata, document, uri, namespace }: VectorRecord): unknown => ({
    metadata,
    document,
    uri,
    namespace,
  });
  const bits = ({ vectors }: VectorRecord): unknown => Float32Array.from(vectors[''] as number[]);
  expect(sorted(after, rest)).toEqual(sorted(before, rest));
  const same = isDeepStrictEqual(sorted(after, bits), sorted(before, bits));
  expect(same ? 'the same bits' : lost).toContain(same ? 'the same bits' : 'vector-precision');
}, 300_000);
