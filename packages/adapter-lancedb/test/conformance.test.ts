import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testAdapter } from '@vsm/conformance/vitest';
import { afterAll } from 'vitest';
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
});
