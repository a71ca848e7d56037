import { randomBytes } from 'node:crypto';
import { migrate, plan, type MigrationPlan } from '@vsm/core';
import { startQdrantEmulator } from '@vsm/emulator-qdrant';
import { createQdrant } from '@vsm/adapter-qdrant';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

// QDRANT_URL leads to a real server, and nothing else changes.
const real = process.env['QDRANT_URL'];
const emulator = real === undefined ? await startQdrantEmulator() : undefined;
const url = real ?? emulator?.url ?? '';
const store = createQdrant({ url });
afterAll(async () => {
  await store.close();
  await emulator?.close();
});

let [source, target] = ['', ''];
beforeEach(() => {
  const own = randomBytes(4).toString('hex');
  [source, target] = [`proof_${own}_source`, `proof_${own}_target`];
});
afterEach(async () => {
  for (const name of [source, target]) await request('DELETE', `/${name}`);
});

/** Past the adapter and its client. */
async function request(method: string, path: string, body?: object): Promise<unknown> {
  const answer = await fetch(`${url}/collections${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return ((await answer.json()) as { result: unknown }).result;
}

interface Info {
  readonly config: Readonly<Record<string, unknown>> & { readonly params: Readonly<Record<string, unknown>> };
  readonly payload_schema: Readonly<Record<string, { readonly data_type: string; readonly params?: object }>>;
}

const infoOf = (name: string): Promise<Info> => request('GET', `/${name}`) as Promise<Info>;

/** A source with everything that an application may have set, and records. */
async function fill(): Promise<void> {
  await request('PUT', `/${source}`, {
    vectors: { size: 4, distance: 'Dot', on_disk: true, hnsw_config: { m: 24 } },
    hnsw_config: { payload_m: 16, ef_construct: 120 },
    quantization_config: { scalar: { type: 'int8', always_ram: true } },
  });
  const points = Array.from({ length: 60 }, (_, at) => ({
    id: at + 1,
    vector: [at, 1, 2, 3],
    payload: { topic: 'abc'[at % 3], n: at },
  }));
  await request('PUT', `/${source}/points?wait=true`, { points });
  await request('PUT', `/${source}/index?wait=true`, {
    field_name: 'topic',
    field_schema: { type: 'keyword', is_tenant: true },
  });
  await request('PUT', `/${source}/index?wait=true`, { field_name: 'n', field_schema: 'integer' });
}

const options = (): Parameters<typeof migrate>[0] => ({
  source: store,
  target: store,
  sourceCollection: source,
  targetCollection: target,
  checkpoints: false,
});

const settings = ({ targetLacks = [] }: MigrationPlan): string[] => targetLacks.map(({ setting }) => setting);

const LACKING = [
  'payload index on "n" (integer)',
  'payload index on "topic" (keyword, is_tenant)',
  'HNSW ef_construct 120',
  'HNSW payload_m 16',
  'quantization {"scalar":{"type":"int8","always_ram":true}}',
  'HNSW m 24 of the vector',
  'on_disk true of the vector',
];

describe('a target that was made beforehand', () => {
  beforeEach(async () => {
    await fill();
    await request('PUT', `/${target}`, {
      vectors: { size: 4, distance: 'Dot' },
      shard_number: 4,
      strict_mode_config: { enabled: true, unindexed_filtering_retrieve: false },
    });
  });

  it('is told what it lacks of the source, by name, and keeps it so', async () => {
    const made = await plan(options());
    expect(settings(made)).toEqual([...LACKING, 'shard_number 1 (it has 4)']);
    expect(made.warnings).toContainEqual(
      expect.stringMatching(
        /the target lacks of the source: payload index on "n" .*is_tenant.*The completeTarget option \(--complete-target\) adds them/,
      ),
    );
    expect(made.warnings).toContainEqual(expect.stringMatching(/lacks shard_number 1 \(it has 4\).*fixed/));
    const before = await infoOf(target);
    const result = await migrate(options());
    expect(result).toMatchObject({ success: true, vectorsMigrated: 60 });
    expect(result.warnings.join()).toContain('the target lacks of the source');
    const { config, payload_schema: indexes } = await infoOf(target);
    expect({ config, indexes }).toEqual({ config: before.config, indexes: before.payload_schema });
  });

  it('is completed where that is asked for, and once is enough', async () => {
    const result = await migrate({ ...options(), completeTarget: true });
    expect(result).toMatchObject({ success: true, vectorsMigrated: 60, verification: { passed: true } });
    const { config, payload_schema: indexes } = await infoOf(target);
    expect(indexes['topic']).toMatchObject({ data_type: 'keyword', params: { is_tenant: true } });
    expect(indexes['n']).toMatchObject({ data_type: 'integer' });
    expect(config).toMatchObject({
      hnsw_config: { payload_m: 16, ef_construct: 120, m: 16 },
      quantization_config: { scalar: { type: 'int8', always_ram: true } },
      params: { vectors: { on_disk: true, hnsw_config: { m: 24 } }, shard_number: 4 },
      strict_mode_config: { enabled: true, unindexed_filtering_retrieve: false },
    });
    // The filter of an application, which strict mode refuses without an index.
    const filter = { must: [{ key: 'topic', match: { value: 'a' } }] };
    expect(await request('POST', `/${target}/points/count`, { filter })).toEqual({ count: 20 });

    expect(settings(await plan(options()))).toEqual(['shard_number 1 (it has 4)']);
    const again = await migrate({ ...options(), completeTarget: true });
    expect(again).toMatchObject({ success: true, verification: { passed: true } });
    const after = await infoOf(target);
    expect([after.config, Object.keys(after.payload_schema)]).toEqual([config, Object.keys(indexes)]);
  });

  it('is not touched by a dry run', async () => {
    const before = await infoOf(target);
    await migrate({ ...options(), completeTarget: true, dryRun: true });
    expect((await infoOf(target)).config).toEqual(before.config);
    expect((await infoOf(target)).payload_schema).toEqual({});
  });
});

it('what a target has otherwise stays, and is said', async () => {
  await fill();
  await request('PUT', `/${target}`, {
    vectors: { size: 4, distance: 'Dot', on_disk: true },
    hnsw_config: { ef_construct: 300 },
    quantization_config: { binary: {} },
  });
  await request('PUT', `/${target}/index?wait=true`, { field_name: 'n', field_schema: 'keyword' });
  // Only the flag is missing, and what the index has beside it stays.
  const topic = { type: 'keyword', on_disk: true };
  await request('PUT', `/${target}/index?wait=true`, { field_name: 'topic', field_schema: topic });

  const { targetLacks = [] } = await plan(options());
  expect(
    targetLacks.flatMap(({ setting, problem }) => (problem === undefined ? [] : [`${setting}: ${problem}`])),
  ).toEqual([
    'payload index on "n" (integer): its index there is keyword',
    'HNSW ef_construct 120: it was made with 300, which stays',
    'quantization {"scalar":{"type":"int8","always_ram":true}}: it was made with another, which stays',
  ]);
  await migrate({ ...options(), completeTarget: true });
  const { config, payload_schema: indexes } = await infoOf(target);
  expect(indexes['n']).toMatchObject({ data_type: 'keyword' });
  expect(indexes['topic']?.params).toMatchObject({ ...topic, is_tenant: true });
  expect(config).toMatchObject({
    hnsw_config: { ef_construct: 300, payload_m: 16 },
    quantization_config: { binary: {} },
  });
});

it('a target that the run makes lacks nothing', async () => {
  await fill();
  const made = await plan({ ...options(), completeTarget: true });
  expect([made.createTarget, made.targetLacks, made.completeBy]).toEqual([true, undefined, undefined]);
  await migrate({ ...options(), completeTarget: true });
  expect(settings(await plan(options()))).toEqual([]);
});
