import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, openAsBlob } from 'node:fs';
import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

// Making an empty database takes seconds, which hardly any test is about. It is made once for each version of PGlite, and kept.

const version = createHash('sha256')
  .update(createRequire(import.meta.url).resolve('@electric-sql/pglite'))
  .digest('hex');
const kept = join(import.meta.dirname, '../../../node_modules/.cache/vsm-test-pglite', version.slice(0, 16));

/** An empty database in memory. */
export async function createPglite(): Promise<PGlite> {
  await make();
  const loadDataDir = await openAsBlob(join(kept, 'empty.tar'));
  return PGlite.create({ extensions: { vector }, loadDataDir });
}

/** An empty database in a new folder. */
export async function makePglite(dataDir: string): Promise<void> {
  await make();
  await cp(join(kept, 'folder'), dataDir, { recursive: true, errorOnExist: true, force: false });
}

async function make(): Promise<void> {
  if (existsSync(kept)) return;
  const draft = `${kept}.${randomUUID()}`;
  await mkdir(draft, { recursive: true });
  const first = await PGlite.create(join(draft, 'folder'), { extensions: { vector } });
  const dump = await first.dumpDataDir('none');
  await first.close();
  await writeFile(join(draft, 'empty.tar'), await dump.bytes());
  // Of several that make it at once, one is the first.
  await rename(draft, kept).catch(async (error: unknown) => {
    await rm(draft, { recursive: true });
    if (!existsSync(kept)) throw error;
  });
}
