import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { VectorRecord, VectorStoreV1 } from '@vsm/core/adapter';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFile, createVdf, type Format } from '../src/index.ts';
import { flippedBits } from '../../../test/flips.ts';
import { digestOf, readAll } from './reading.ts';

const FORMATS = ['parquet', 'jsonl', 'jsonl.gz', 'jsonl.zst', 'vdf'] as const;
/** Over all formats: 2,000. */
const FLIPS = 400;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-damage-'));
});
afterEach(() => rm(folder, { recursive: true }));

function storeOf(format: Format | 'vdf'): VectorStoreV1 {
  return format === 'vdf' ? createVdf({ path: folder }) : createFile({ path: folder, format });
}

async function write(format: Format | 'vdf'): Promise<void> {
  await using store = storeOf(format) as VectorStoreV1 & AsyncDisposable;
  const vectors = { '': { kind: 'dense', dimension: 3, metric: 'cosine' } } as const;
  await store.createCollection({ name: 'docs', vectors, namespaces: true });
  const collection = await store.openCollection('docs');
  await collection.upsert(
    Array.from({ length: 60 }, (_, at) => ({
      id: `record-${at}`,
      namespace: at % 3 === 0 ? 'eu' : undefined,
      vectors: { '': [at, 1, 0.5] },
      metadata: { at, label: `label ${at}`, mixed: at % 2 === 0 ? at : 'text' },
      document: `text of ${at}`,
    })),
  );
  await collection.flush?.();
}

/** All that can be learnt of a collection. */
async function read(format: Format | 'vdf'): Promise<{ described: object; records: readonly VectorRecord[] }> {
  await using store = storeOf(format) as VectorStoreV1 & AsyncDisposable;
  const collection = await store.openCollection('docs');
  return {
    described: { ...(await collection.describe()), ...(await collection.count()) },
    records: await readAll(collection),
  };
}

it.each(FORMATS)('%s with a manifest: any flipped bit, in the manifest too, is refused', async (format) => {
  await write(format);
  const files = Object.keys(await digestOf(folder)).filter((name) => /\.(parquet|json|jsonl|gz|zst)$/.test(name));
  const whole = await read(format);
  expect(whole.records).toHaveLength(60);
  const accepted: string[] = [];
  const errors: Error[] = [];
  const paths = files.map((file) => join(folder, file));
  for await (const { file, at } of flippedBits(paths, FLIPS)) {
    const outcome = await read(format).catch((error: unknown) => error);
    if (outcome instanceof Error) errors.push(outcome);
    // The meta file also holds what is nothing to us, such as the time of the export.
    else if (basename(file) !== 'VDF_META.json' || !isDeepStrictEqual(outcome, whole))
      accepted.push(`${file}, byte ${at}`);
  }
  expect(accepted).toEqual([]);
  for (const error of errors) {
    expect(error).toMatchObject({
      code: expect.stringMatching(/^(INVALID_DATA|NOT_FOUND)$/),
      message: expect.stringContaining(folder),
    });
  }
});

it('vdf: a file that is put among those that were written is refused, and so is one that is taken away', async () => {
  await write('vdf');
  const files = Object.keys(await digestOf(folder)).filter((name) => name.endsWith('.parquet'));
  const [file = ''] = files;
  const path = join(folder, file);
  await writeFile(join(dirname(path), '2.parquet'), await readFile(path));
  const refused = { code: 'INVALID_DATA', message: expect.stringContaining('and 60 were written') };
  await expect(read('vdf')).rejects.toMatchObject(refused);
  await rm(join(dirname(path), '2.parquet'));
  expect((await read('vdf')).records).toHaveLength(60);
  await rm(path);
  await expect(read('vdf')).rejects.toMatchObject(refused);
});

it.each(FORMATS.filter((format) => format !== 'vdf'))('%s that was cut, or went on, is refused', async (format) => {
  await write(format);
  const path = join(folder, `docs.${format}`);
  const whole = await readFile(path);
  for (const bytes of [whole.subarray(0, -1), whole.subarray(0, whole.length / 2), Buffer.concat([whole, whole])]) {
    await writeFile(path, bytes);
    await expect(read(format)).rejects.toMatchObject({
      code: 'INVALID_DATA',
      message: expect.stringContaining(`docs.${format}`),
    });
  }
});

it.each(['jsonl.gz', 'jsonl.zst'] as const)('%s notices a flipped bit without its manifest as well', async (format) => {
  await write(format);
  await rm(join(folder, `docs.${format}.vsm.json`));
  const path = join(folder, `docs.${format}`);
  const bytes = await readFile(path);
  const whole = await read(format);
  expect(whole.records).toHaveLength(60);
  // The first bytes tell what kind of stream it is, and some of them (the time, the system) mean nothing.
  for (let at = 10; at < bytes.length; at += 1) {
    const broken = Buffer.from(bytes);
    broken[at] = (broken[at] ?? 0) ^ (1 << (at % 8));
    await writeFile(path, broken);
    const outcome = await read(format).catch((error: unknown) => (error as { code?: string }).code);
    // The last byte of compressed data has bits that mean nothing.
    expect(outcome === 'INVALID_DATA' || isDeepStrictEqual(outcome, whole)).toBe(true);
  }
});

it('a layout in the footer of a Parquet file that is no JSON is called damage, without a manifest as well', async () => {
  await write('parquet');
  const path = join(folder, 'docs.parquet');
  const bytes = await readFile(path);
  bytes[bytes.lastIndexOf('"version"')] = 0x23;
  await writeFile(path, bytes);
  await rm(`${path}.vsm.json`);
  await expect(read('parquet')).rejects.toMatchObject({
    code: 'INVALID_DATA',
    message: expect.stringContaining(`${path}, footer: `),
  });
});
