import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFolder } from '@vsm/adapter-folder';
import { createQdrant } from '@vsm/adapter-qdrant';
import { startQdrantEmulator, type QdrantEmulator } from '@vsm/emulator-qdrant';
import { checkLayout } from '@vsm/layouts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unpack } from '../../packages/adapter-folder/test/unpack.ts';
import { allRecords } from '../engine/stores.ts';
import { vsm, type Ended } from './process.ts';

// What a framework left in a folder, in the form in which the same framework looks for it in a store.

let folder: string;
let qdrant: QdrantEmulator;
beforeAll(async () => {
  [folder, qdrant] = await Promise.all([mkdtemp(join(tmpdir(), 'vsm-folder-layouts-')), startQdrantEmulator()]);
});
afterAll(async () => {
  await qdrant.close();
  await rm(folder, { recursive: true, force: true });
});

async function run(...words: readonly string[]): Promise<Ended> {
  return vsm(words, { cwd: folder, env: { VSM_RUN_DIR: join(folder, 'runs') } });
}

describe.each([
  ['llamaindex-py', 'llamaindex/python-0.14.25', ''],
  ['llamaindex-ts', 'llamaindex/typescript-0.12.1', ''],
  ['langchain-py', 'langchain/python', '/flat-l2'],
  ['langchain-js', 'langchain/javascript', '/faiss'],
])('%s', (layout, archive, rest) => {
  it('is named, proposed, and found by the framework in Qdrant', async () => {
    const path = unpack(archive) + rest;
    expect((await run('inspect', path)).stdout).toContain(`layout: ${layout} (`);
    const name = layout.replace('-', '_');
    const location = `qdrant://${new URL(qdrant.url).host}/${name}`;
    expect((await run('plan', path, location)).stdout).toContain(`--layout-from ${layout} --layout-to ${layout}`);
    const moved = await run('migrate', path, location, '--layout-from', layout, '--yes', '--json');
    expect(moved).toMatchObject({ code: 0 });
    await using store = createQdrant({ url: qdrant.url });
    expect(await checkLayout(store, name, layout)).toMatchObject({ passed: true });
    await using source = createFolder({ path });
    const [collection = ''] = await source.listCollections();
    const [before, after] = [await allRecords(source, collection), await allRecords(store, name)];
    expect(after).toHaveLength(before.length);
    // The text where this framework keeps it, and nothing kept aside.
    const texts = after.map(
      ({ metadata }) => metadata['page_content'] ?? metadata['content'] ?? nodeText(metadata['_node_content']),
    );
    expect(texts.toSorted()).toEqual(before.map(({ document }) => document).toSorted());
    expect(after.filter(({ metadata }) => '__vsm_layout' in metadata)).toEqual([]);
  });
});

function nodeText(content: unknown): string | undefined {
  const { text, text_resource: resource } = JSON.parse(content as string) as {
    readonly text?: string;
    readonly text_resource?: { readonly text?: string };
  };
  return text ?? resource?.text;
}
