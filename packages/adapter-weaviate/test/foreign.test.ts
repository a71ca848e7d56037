import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Float, readRecords, type VectorRecord } from '@vsm/core/adapter';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWeaviate } from '../src/index.ts';
import { id, testServer } from './server.ts';

interface Dumped {
  readonly class: { readonly class: string; readonly shardingConfig: object };
  readonly tenants: readonly string[];
  readonly objects: readonly { readonly id: string; readonly tenant?: string; readonly properties: object }[];
}

// As foreign/make.py found them in a server.
const dump = JSON.parse(readFileSync(join(import.meta.dirname, 'foreign/python-client.json'), 'utf8')) as Dumped[];
const server = testServer();
const names = dump.map((one) => one.class.class);
const copyOf = (name: string): string => `${name}_copy`;

beforeAll(async () => {
  for (const { class: definition, tenants, objects } of dump) {
    // What the server counts itself cannot be given.
    const { shardingConfig: _counted, ...given } = definition;
    await server.raw('POST', 'schema', given);
    if (tenants.length > 0) {
      await server.raw(
        'POST',
        `schema/${definition.class}/tenants`,
        tenants.map((name) => ({ name })),
      );
    }
    await server.write(definition.class, objects);
  }
});
afterAll(async () => {
  for (const name of names.toReversed()) {
    await server.raw('DELETE', `schema/${copyOf(name)}`);
    await server.raw('DELETE', `schema/${name}`);
  }
});

async function recordsOf(name: string): Promise<VectorRecord[]> {
  const collection = await createWeaviate({ url: server.url }).openCollection(name);
  const found: VectorRecord[] = [];
  for await (const record of readRecords(collection, { include: ['vectors', 'metadata'] })) found.push(record);
  return found;
}

describe('classes of the Python client', () => {
  it('are read whole', async () => {
    expect(await recordsOf('PyAuthor')).toEqual([
      { id: id(1), vectors: { '': Float32Array.of(0.1, 0.2) }, metadata: { name: 'Ada' } },
    ]);
    expect(await recordsOf('PyArticle')).toEqual([
      {
        id: id(2),
        vectors: {
          title: Float32Array.of(1, 0.5),
          body: Float32Array.of(0.1, 0.2, 0.3),
          tokens: { rows: [Float32Array.of(1, 0), Float32Array.of(0, 1)] },
        },
        document: 'The text of it',
        metadata: {
          title: 'On engines',
          year: 1843,
          score: new Float(1),
          published: '1843-09-01T12:00:00.123456Z',
          tags: ['engine', ''],
          place: { latitude: 51.5074, longitude: -0.1278 },
          phone: expect.objectContaining({ input: '020 1234567', defaultCountry: 'NL', valid: true }),
          meta: { pages: 65 },
          by: [`weaviate://localhost/PyAuthor/${id(1)}`],
        },
      },
      { id: id(3), vectors: { title: Float32Array.of(0.25, 0.75) }, metadata: { title: 'Half a record' } },
    ]);
    expect(await recordsOf('PyAuto')).toMatchObject([
      { document: 'guessed', metadata: { n: new Float(7), f: 7.5, key: id(9), flags: [true] } },
    ]);
    expect(
      (await recordsOf('PyTenants')).map(({ id: one, namespace, metadata }) => [one, namespace, metadata]),
    ).toEqual([
      [id(5), 'Blue-1', { k: 1 }],
      [id(5), 'red', { k: 0 }],
    ]);
  });

  it.each(names)('%s is the same, object by object, in a copy made from its description', async (name) => {
    const store = createWeaviate({ url: server.url });
    const source = await store.openCollection(name);
    const described = await source.describe();
    expect(await store.createCollection({ ...described, name: copyOf(name) })).toEqual([]);
    const target = await store.openCollection(copyOf(name));
    const records = await recordsOf(name);
    expect(await target.upsert(records)).toEqual({ accepted: records.length, rejected: [] });
    const { namespaces, vectors, fields } = await target.describe();
    expect({ namespaces, vectors, fields }).toEqual({
      namespaces: described.namespaces,
      vectors: described.vectors,
      fields: described.fields,
    });
    for (const { id: one, tenant } of dump.find((dumped) => dumped.class.class === name)?.objects ?? []) {
      const query = tenant === undefined ? '' : `&tenant=${tenant}`;
      const [before, after] = await Promise.all(
        [name, copyOf(name)].map((where) =>
          server.raw<Record<string, unknown>>('GET', `objects/${where}/${one}?include=vector${query}`),
        ),
      );
      for (const part of ['properties', 'vector', 'vectors']) expect(after?.[part]).toEqual(before?.[part]);
    }
  });
});
