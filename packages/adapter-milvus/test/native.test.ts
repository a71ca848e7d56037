import { createMemory } from '@vsm/adapter-memory';
import { float, VectorStoreMigrator, type VectorRecord } from '@vsm/core';
import { readRecords } from '@vsm/core/adapter';
import { afterAll, describe, expect, it } from 'vitest';
import { createMilvus } from '../src/index.ts';
import { RawClient } from './raw.ts';

// What a server makes of a schema, only it says: npm run test:servers -- milvus milvus-lite
const url = process.env['MILVUS_URL'] ?? process.env['MILVUS_LITE_URL'];

interface RawField {
  readonly name: string;
  readonly data_type: string;
  readonly type_params: readonly { readonly key: string; readonly value: string }[];
}

describe.runIf(url !== undefined)('a collection of others', { timeout: 300_000 }, () => {
  const store = createMilvus({ url });
  const raw = new RawClient(url ?? '');
  const made: string[] = [];
  afterAll(async () => {
    for (const name of made) await store.dropCollection?.(name);
    await store.close();
    raw.stop();
  });
  const make = async (more: object = {}): Promise<string> => {
    const name = `vsm_native_${process.pid}_${made.length}`;
    made.push(name, `${name}_copy`);
    await raw.call('createCollection', {
      collection_name: name,
      consistency_level: 'Strong',
      enable_dynamic_field: true,
      fields: [
        { name: 'pk', data_type: 'Int64', is_primary_key: true, ...more },
        { name: 'embedding', data_type: 'FloatVector', dim: 4 },
        { name: 'title', data_type: 'VarChar', max_length: 77 },
        { name: 'tenant', data_type: 'VarChar', max_length: 50, is_partition_key: true },
        { name: 'pages', data_type: 'Int16' },
        { name: 'price', data_type: 'Float' },
        { name: 'tags', data_type: 'Array', element_type: 'VarChar', max_capacity: 9, max_length: 33 },
      ],
    });
    const params = { M: 12, efConstruction: 100 };
    const index = { field_name: 'embedding', index_type: 'HNSW', metric_type: 'IP', params };
    await raw.call('createIndex', { collection_name: name, ...index });
    return name;
  };
  const schemaOf = async (name: string): Promise<unknown> => {
    const { schema } = await raw.call<{ schema: { enable_dynamic_field: boolean; fields: readonly RawField[] } }>(
      'describeCollection',
      { collection_name: name, cache: false },
    );
    const fields = schema.fields.map(({ name: field, data_type, type_params, ...rest }) => {
      const { is_partition_key: split, is_primary_key: key } = rest as Record<string, unknown>;
      const sorted = type_params.toSorted((left, right) => (left.key < right.key ? -1 : 1));
      return [field, data_type, sorted, split, key];
    });
    return { dynamic: schema.enable_dynamic_field, fields };
  };
  const RECORDS = ['red', 'blue', 'green'].map((tenant, at): VectorRecord => ({
    id: String(at * 10 ** 15),
    vectors: { '': Float32Array.of(0.1, at, -0, 4) },
    metadata: {
      title: `title ${at}`,
      tenant,
      pages: at,
      price: float(Math.fround(0.1)),
      tags: ['a', tenant],
      more: { deep: [at, float(1), null] },
    },
  }));
  const all = async (name: string): Promise<VectorRecord[]> => {
    const found: VectorRecord[] = [];
    for await (const record of readRecords(await store.openCollection(name))) found.push(record);
    return found;
  };
  const migrate = async (
    from: string,
    options: object = {},
    target: Parameters<typeof createMilvus>[0] = {},
  ): Promise<readonly string[]> => {
    await using to = createMilvus({ url, ...target });
    const migrator = new VectorStoreMigrator({ source: store, target: to, checkpoints: false });
    const wanted = { sourceCollection: from, targetCollection: `${from}_copy`, ...options };
    const result = await migrator.migrate(wanted);
    expect(result).toMatchObject({ success: true, rejected: [], vectorsMigrated: RECORDS.length });
    return result.warnings;
  };

  it('keeps its fields, their types and its index in another Milvus', async () => {
    const name = await make();
    await (await store.openCollection(name)).upsert(RECORDS);
    await migrate(name);
    expect(await schemaOf(`${name}_copy`)).toEqual(await schemaOf(name));
    const [before, after] = await Promise.all(
      [name, `${name}_copy`].map(async (one) => (await store.openCollection(one)).describe()),
    );
    expect({ ...after, name }).toEqual(before);
    expect(await all(`${name}_copy`)).toEqual(await all(name));
  });

  it('is made with the fields of VSM where its own have no room, and that is said', async () => {
    const name = await make();
    await (await store.openCollection(name)).upsert(RECORDS);
    // Understood otherwise by the target: what is a text here is the document there.
    const warnings = await migrate(name, {}, { document: 'title' });
    expect(warnings.join('\n')).toMatch(/fields that VSM makes, not in those that they had: .*understood otherwise/);
    const sorted = (records: readonly VectorRecord[]): unknown => records.map(({ id, metadata }) => [id, metadata]);
    expect(sorted(await all(`${name}_copy`))).toEqual(sorted(await all(name)));
  });

  it('goes back as it was from another store that keeps what it was like', async () => {
    const name = await make();
    await (await store.openCollection(name)).upsert(RECORDS);
    await using memory = createMemory();
    await new VectorStoreMigrator({ source: store, target: memory, checkpoints: false }).migrate({
      sourceCollection: name,
    });
    await using to = createMilvus({ url });
    const back = { sourceCollection: name, targetCollection: `${name}_copy` };
    const result = await new VectorStoreMigrator({ source: memory, target: to, checkpoints: false }).migrate(back);
    expect(result).toMatchObject({ success: true, rejected: [] });
    expect(await schemaOf(`${name}_copy`)).toEqual(await schemaOf(name));
    expect(await all(`${name}_copy`)).toEqual(await all(name));
  });
});

it.runIf(url === undefined)('NOT RUN without a server: npm run test:servers -- milvus milvus-lite', () => {
  expect(url).toBeUndefined();
});
