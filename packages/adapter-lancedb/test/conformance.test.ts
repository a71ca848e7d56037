import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@lancedb/lancedb';
import { testAdapter } from '@vsm/conformance/vitest';
import { afterAll } from 'vitest';
import { arrow } from '../src/arrow.ts';
import { createLanceDb, openLocation } from '../src/index.ts';
import { readRaw } from './raw.ts';

const uri = mkdtempSync(join(tmpdir(), 'vsm-lancedb-'));
afterAll(() => rmSync(uri, { recursive: true }));

testAdapter({
  adapter: 'lancedb',
  connect: () => createLanceDb({ uri }),
  locations: {
    open: openLocation,
    of: (collection) => `lancedb:${uri}?table=${collection}`,
    inFolder: (folder, collection) => `lancedb:${folder}?table=${collection}`,
  },
  raw: { read: (collection, id) => readRaw(uri, collection, id) },
  async rules(_store, name) {
    const lance = await connect(uri);
    const vector = new arrow.FixedSizeList(4, new arrow.Field('item', new arrow.Float32(), true));
    const fields = [
      new arrow.Field('id', new arrow.Utf8(), false),
      new arrow.Field('vector', vector, true),
      new arrow.Field('year', new arrow.Int32(), true),
    ];
    await lance.createEmptyTable(name, new arrow.Schema(fields));
    const vectors = { '': [0.25, -0.5, 0.75, 1] };
    return {
      fits: [{ id: 'fits', vectors, metadata: { year: 2026 } }],
      unfit: [
        { id: 'of another type', vectors, metadata: { year: 'last' } },
        { id: 'without a column', vectors, metadata: { month: 11 } },
      ],
    };
  },
});
