import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { main, testEnvironment } from './process.ts';

const [RECORDS, DIMENSION] = [20_400, 1536];
const LEAST_BYTES = 600e6;
/** It was 278 MB, 160 of them of Node and what is loaded before anything is read. */
const MOST_BYTES = 400e6;
const HEAP_MB = 160;
/** Moving and comparing all of it; a busy machine takes several times as long. */
const PATIENCE_MS = 1_200_000;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vsm-large-folder-'));
  await write('default__vector_store.json', vectors());
  await write('docstore.json', nodes());
}, PATIENCE_MS);
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(name: string, parts: Iterable<string>): Promise<void> {
  await pipeline(Readable.from(parts), createWriteStream(join(folder, name)));
}

const idOf = (at: number): string => `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`;

/** As Python prints floats of 32 bits that it holds as doubles. */
function* vectors(): Iterable<string> {
  yield '{"embedding_dict": {';
  for (let at = 0; at < RECORDS; at += 1) {
    const numbers = Array.from({ length: DIMENSION }, (_, part) =>
      Math.fround(Math.sin(at * 7919 + part * 104_729) / 40),
    );
    yield `${at === 0 ? '' : ', '}"${idOf(at)}": [${numbers.join(', ')}]`;
  }
  yield '}, "text_id_to_ref_doc_id": {}, "metadata_dict": {}}';
}

function* nodes(): Iterable<string> {
  yield '{"docstore/data": {';
  for (let at = 0; at < RECORDS; at += 1) {
    const node = {
      id_: idOf(at),
      metadata: { page: at },
      text: `A chunk of text, number ${at}.`,
      class_name: 'TextNode',
    };
    yield `${at === 0 ? '' : ', '}"${idOf(at)}": ${JSON.stringify({ __data__: node, __type__: '1' })}`;
  }
  yield '}}';
}

it(
  'a storage folder of LlamaIndex of 600 MB is moved and compared in bounded memory',
  async () => {
    expect((await stat(join(folder, 'default__vector_store.json'))).size).toBeGreaterThan(LEAST_BYTES);
    const probe = new URL('peak-memory.ts', import.meta.url).pathname;
    const words = ['migrate', `folder:${folder}`, `file:${join(folder, 'out.jsonl.zst')}`, '--yes', '--json'];
    // Left to itself Node collects garbage late on a machine that has memory, and later where that is busy: this is what is needed.
    const child = spawn(process.execPath, [`--max-old-space-size=${HEAP_MB}`, '--import', probe, ...main, ...words], {
      cwd: folder,
      env: { ...testEnvironment, VSM_RUN_DIR: join(folder, 'runs') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, said] = ['', ''];
    child.stdout.on('data', (text) => (out += String(text)));
    child.stderr.on('data', (text) => (said += String(text)));
    const [code] = (await once(child, 'close')) as [number | null];
    expect({ code, said: code === 0 ? '' : said }).toEqual({ code: 0, said: '' });
    expect(JSON.parse(out)).toMatchObject({ vectorsMigrated: RECORDS, verification: { passed: true } });
    const [, kilobytes] = /peak (\d+) kB/.exec(said) ?? [];
    expect(Number(kilobytes) * 1024).toBeGreaterThan(0);
    expect(Number(kilobytes) * 1024).toBeLessThan(MOST_BYTES);
  },
  PATIENCE_MS,
);
