import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createPgvector } from '../src/index.ts';
import { readAll } from './database.ts';
import { makePglite } from './pglite.ts';

it('a text that begins with a byte order mark keeps it in an embedded database', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vsm-mark-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await makePglite(join(folder, 'db'));
  await using store = createPgvector({ dataDir: join(folder, 'db') });
  await store.createCollection({ name: 'marks', vectors: { '': { kind: 'dense', dimension: 2, metric: 'cosine' } } });
  const collection = await store.openCollection('marks');
  const document = '\u{FEFF}a text';
  const records = ['\u{FEFF}', '\u{FEFF}a'].map((id) => ({ id, document, vectors: { '': [1, 2] }, metadata: {} }));
  await collection.upsert(records);
  expect(await readAll(collection)).toMatchObject(records.map(({ id }) => ({ id, document })));
  expect(await collection.fetch(['\u{FEFF}'])).toMatchObject([{ id: '\u{FEFF}', document }]);
});
