import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFile } from '../src/index.ts';
import { readAll } from './reading.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-doubled-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

it.each(['{"id":"b","vector":[1,2],"k":1,"k":2}', '{"id":"b","vector":[1,2],"metadata":{"x":[{"k":1,"k":2}]}}'])(
  'a line with two members of one name is refused by its number: %s',
  async (line) => {
    await writeFile(join(folder, 'docs.jsonl'), `{"id":"a","vector":[1,2],"metadata":{}}\n${line}\n`);
    const store = createFile({ path: join(folder, 'docs.jsonl') });
    const read = store.openCollection('docs').then((collection) => readAll(collection));
    await expect(read).rejects.toThrow(/docs\.jsonl, line 2 .*twice|docs\.jsonl, line 2 .*two members of one name/);
    await store.close();
  },
);
