import type { VectorRecord } from '@vsm/core/adapter';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { docs, opening, readAll, record, records, request } from './opening.ts';

const { start, connect } = opening();

describe('a collection created from a description', () => {
  it('has an equal config, with everything that Qdrant can be told', async () => {
    const [emulator, other] = [await start(), await start()];
    await request(emulator, 'PUT', '/collections/source', {
      vectors: {
        title: {
          size: 3,
          distance: 'Cosine',
          datatype: 'float16',
          on_disk: true,
          hnsw_config: { m: 8, on_disk: true },
          quantization_config: { scalar: { type: 'int8', quantile: 0.99, always_ram: true } },
        },
        tokens: { size: 4, distance: 'Dot', multivector_config: { comparator: 'max_sim' } },
        bytes: { size: 5, distance: 'Manhattan', datatype: 'uint8' },
      },
      sparse_vectors: { bm25: { modifier: 'idf' }, splade: { index: { on_disk: true, full_scan_threshold: 500 } } },
      shard_number: 3,
      replication_factor: 2,
      write_consistency_factor: 2,
      on_disk_payload: false,
      hnsw_config: { m: 24, payload_m: 12 },
      wal_config: { wal_capacity_mb: 64 },
      optimizers_config: { indexing_threshold: 5000, default_segment_number: 4 },
      quantization_config: { product: { compression: 'x16' } },
      strict_mode_config: { enabled: true, upsert_max_batchsize: 100 },
      metadata: { owner: 'team', nothing: null },
    });
    const text = { type: 'text', tokenizer: 'prefix', min_token_len: 2, lowercase: true };
    const integer = { type: 'integer', lookup: false, range: true, is_principal: true };
    for (const [field_name, field_schema] of Object.entries({
      tag: 'keyword',
      'a.b': 'float',
      '"with.dot"': 'bool',
      text,
      n: integer,
      when: 'datetime',
      place: 'geo',
      uid: { type: 'uuid', is_tenant: true },
    })) {
      await request(emulator, 'PUT', '/collections/source/index', { field_name, field_schema });
    }
    const described = await (await connect(emulator).openCollection('source')).describe();
    expect(described).toMatchObject({
      vectors: {
        title: { kind: 'dense', dimension: 3, metric: 'cosine', datatype: 'float16' },
        tokens: { kind: 'multi', dimension: 4, metric: 'dot' },
        bytes: { kind: 'dense', dimension: 5, metric: 'manhattan', datatype: 'uint8' },
        bm25: { kind: 'sparse', modifier: 'idf' },
        splade: { kind: 'sparse' },
      },
    });
    // Through JSON, as a plan goes.
    const schema = { ...(JSON.parse(JSON.stringify(described)) as typeof described), name: 'target' };
    expect(await connect(other).createCollection(schema)).toStrictEqual([]);
    const [before, after] = (await Promise.all([
      request(emulator, 'GET', '/collections/source'),
      request(other, 'GET', '/collections/target'),
    ])) as { config: unknown; payload_schema: unknown }[];
    expect(after?.config).toStrictEqual(before?.config);
    expect(after?.payload_schema).toStrictEqual(before?.payload_schema);
  });

  it('leaves nothing behind where it could not be finished', async () => {
    const emulator = await start();
    const store = connect(emulator);
    emulator.faults.failNext('error', 1, /^PUT .*\/index/);
    const schema = {
      name: 'docs',
      vectors: { '': { kind: 'dense', dimension: 2, metric: 'dot' } as const },
      indexes: [{ path: 'tag', type: 'keyword' } as const],
    };
    await expect(store.createCollection(schema)).rejects.toMatchObject({ code: 'REMOTE_FAILED', status: 500 });
    expect(await store.listCollections()).toStrictEqual([]);
    expect(await store.createCollection(schema)).toStrictEqual([]);
  });

  it('needs a dimension and a metric', async () => {
    const store = connect(await start());
    for (const vector of [{ kind: 'dense', metric: 'dot' } as const, { kind: 'dense', dimension: 2 } as const]) {
      const created = store.createCollection({ name: 'docs', vectors: { '': vector } });
      await expect(created).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
    }
  });
});

describe('aliases', () => {
  it('resolve to the collection, and are listed with it', async () => {
    const emulator = await start();
    const store = connect(emulator);
    await (await docs(store)).upsert(records(1));
    const actions = ['now', 'always'].map((alias_name) => ({ create_alias: { collection_name: 'docs', alias_name } }));
    await request(emulator, 'POST', '/collections/aliases', { actions });
    const opened = await store.openCollection('now');
    expect(opened.name).toBe('docs');
    expect((await opened.describe()).aliases).toStrictEqual(['always', 'now']);
    expect(await store.listCollections()).toStrictEqual(['docs']);
  });
});

describe('partitions', () => {
  const mixed = [
    ...Array.from({ length: 60 }, (_, at) => String(at * 7)),
    '9007199254740993',
    '18446744073709551615',
    ...Array.from({ length: 60 }, () => crypto.randomUUID()),
  ];
  it.each([
    ['1.18.3', 'integers', mixed.slice(0, 62)],
    ['1.18.3', 'UUIDs', mixed.slice(62)],
    ['1.18.3', 'both', mixed],
    ['1.19.0', 'integers', mixed.slice(0, 62)],
    ['1.19.0', 'UUIDs', mixed.slice(62)],
    ['1.19.0', 'both', mixed],
  ])('in %s are disjoint and cover %s', async (version, _what, ids) => {
    const emulator = await start({ version });
    const collection = await docs(connect(emulator));
    await collection.upsert(ids.map((id) => record(id, { metadata: {} })));
    await collection.flush?.();
    const partitions = (await collection.partition?.(5)) ?? [];
    expect(partitions.length).toBeGreaterThanOrEqual(5);
    // From another process: only what went through JSON.
    const again = await connect(emulator).openCollection('docs');
    const found: string[] = [];
    for (const partition of JSON.parse(JSON.stringify(partitions)) as typeof partitions) {
      let cursor: string | undefined;
      do {
        const page = await again.scan({ limit: 7, include: [], partition, cursor });
        found.push(...page.records.map(({ id }) => id));
        cursor = page.cursor ?? undefined;
      } while (cursor !== undefined);
    }
    expect(found.toSorted()).toStrictEqual(ids.toSorted());
  });
});

it('reads hardly more of a range of ids than is in it', async () => {
  const emulator = await start({ version: '1.18.3' });
  const limits: number[] = [];
  const between = createServer((asked, answer) => {
    void (async () => {
      const body = await readText(asked);
      const { limit } = JSON.parse(body === '' ? '{}' : body) as { readonly limit?: number };
      if (asked.url?.endsWith('/scroll') === true) limits.push(limit ?? 0);
      const given = await fetch(`${emulator.url}${asked.url}`, {
        method: asked.method ?? 'GET',
        headers: { 'content-type': 'application/json' },
        body: body === '' ? null : body,
      });
      answer.writeHead(given.status, { 'content-type': 'application/json' }).end(await given.text());
    })();
  });
  await new Promise<void>((resolve) => {
    between.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => void between.close());
  const { port } = between.address() as AddressInfo;
  const collection = await docs(connect({ url: `http://127.0.0.1:${port}` }, { grpcPort: false }));
  await collection.upsert(records(2000));
  const partitions = (await collection.partition?.(16)) ?? [];
  limits.length = 0;
  let read = 0;
  for (const partition of partitions) {
    let cursor: string | undefined;
    do {
      const page = await collection.scan({ limit: 1000, include: [], partition, cursor });
      read += page.records.length;
      cursor = page.cursor ?? undefined;
    } while (cursor !== undefined);
  }
  expect(partitions.length).toBeGreaterThanOrEqual(16);
  expect(read).toBe(2000);
  expect(limits.slice(0, -1).reduce((sum, limit) => sum + limit, 0)).toBeLessThan(4000);
});

describe('custom shard keys', () => {
  it.each([false, true])(
    'are each read, carried in the metadata, and created and written again: gRPC %s',
    async (grpc) => {
      const [emulator, other] = [await start({ distributed: true, grpc }), await start({ distributed: true, grpc })];
      await request(emulator, 'PUT', '/collections/docs', {
        vectors: { size: 2, distance: 'Dot' },
        sharding_method: 'custom',
      });
      for (const key of ['a', 'b', 7]) {
        await request(emulator, 'PUT', '/collections/docs/shards', { shard_key: key });
        const points = [1, key === 7 ? 2 : 3].map((id) => ({ id, vector: [1, 2], payload: { of: key } }));
        await request(emulator, 'PUT', '/collections/docs/points?wait=true', { points, shard_key: key });
      }
      const source = await connect(emulator).openCollection('docs');
      const described = await source.describe();
      expect(described.restrictions?.['namespaces']).toContain('a, b, 7');
      expect(await source.count()).toStrictEqual({ value: 6, exact: true });
      const keyOf = ({ id, metadata }: VectorRecord): string => `${id} of ${JSON.stringify(metadata['__shard_key'])}`;
      const expected = ['1 of "a"', '1 of "b"', '1 of 7', '2 of 7', '3 of "a"', '3 of "b"'];
      const found = await readAll(source, 1);
      expect(found.map(keyOf).toSorted()).toStrictEqual(expected);

      const target = connect(other);
      await target.createCollection(described);
      const copy = await target.openCollection('docs');
      // An id comes once in a call of upsert.
      for (const one of found) expect(await copy.upsert([one])).toStrictEqual({ accepted: 1, rejected: [] });
      await copy.flush?.();
      expect((await readAll(copy)).map(keyOf).toSorted()).toStrictEqual(expected);
      expect((await copy.upsert([record(9)])).rejected).toMatchObject([{ id: '9', reason: 'refused' }]);
      await copy.delete(['1']);
      expect((await copy.count()).value).toBe(3);
    },
  );
});

describe('the figures of a collection', () => {
  it('are asked for four at a time', async () => {
    const emulator = await start({ faults: { latencyMs: 20 } });
    const collection = await docs(connect(emulator));
    const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
    const metadata = Object.fromEntries(keys.map((key) => [key, 1]));
    await collection.upsert(records(3).map((one) => ({ ...one, metadata })));
    await collection.flush?.();
    let [now, most] = [0, 0];
    const isCount = ({ url }: { readonly url: string }): boolean => url.endsWith('/points/count');
    emulator.onArrival = (call) => {
      if (isCount(call)) most = Math.max(most, (now += 1));
    };
    emulator.onRequest = (call) => {
      if (isCount(call)) now -= 1;
    };
    const witness = await collection.witnessValues?.({ keys });
    expect(witness?.figures).toHaveLength(1 + keys.length + 1);
    expect(witness?.figures.filter(({ value }) => value === 3)).toHaveLength(1 + keys.length);
    expect(most).toBe(4);
  });
});
