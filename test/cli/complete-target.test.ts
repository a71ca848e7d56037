import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPgvector } from '@vsm/adapter-pgvector';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makePglite } from '../../packages/adapter-pgvector/test/pglite.ts';
import { packages, vsm } from './process.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-complete-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('--complete-target, or the same in the config file, gives a table its index, and the plan lists it by name', async () => {
  await makePglite(join(folder, 'db'));
  const store = createPgvector({ dataDir: join(folder, 'db') });
  await store.createCollection({ name: 'docs', vectors: { '': { kind: 'dense', dimension: 384 } } });
  await store.close();
  const docs = { source: packages, target: 'pglite:./db?table=docs', metric: 'cosine' };
  const config = { migrations: { plain: docs, completed: { ...docs, completeTarget: true } } };
  await writeFile(join(folder, 'vsm.config.json'), JSON.stringify(config));
  const lacking = async (): Promise<unknown> => {
    const { stdout } = await vsm(['plan', 'plain', '--json'], { cwd: folder });
    return (JSON.parse(stdout) as { targetLacks?: unknown }).targetLacks;
  };
  expect(await lacking()).toEqual([{ setting: 'search index on column "embedding" (hnsw)' }]);
  const planned = await vsm(['plan', docs.source, docs.target, '--metric', 'cosine', '--complete-target'], {
    cwd: folder,
  });
  expect(planned.stdout).toMatch(/gets before the first record: search index on column "embedding" \(hnsw\)/);
  const { code, stdout } = await vsm(['migrate', 'completed', '--yes', '--verify', 'count'], { cwd: folder });
  expect({ code, stdout }).toMatchObject({ code: 0 });
  expect(await lacking()).toBeUndefined();
});
