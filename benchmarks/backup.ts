// What a backup costs: the first one, a second one of the same collection, and others of which 1 % has changed, beside each other by id and
// anywhere. Prints time, CPU, bytes and the largest memory of the process.
//   npm run bench:backup [records]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backup, checkBackup, createBackup } from '@vsm/adapter-file/backup';
import { readPages, type VectorRecord, type VectorStoreV1 } from '@vsm/core';
import { wrapCollection } from '@vsm/core/adapter';
import { openStore } from './compare/stores.ts';

const RECORDS = Number(process.argv[2] ?? 200_000);
const SHARE = 0.01;
const shape = { dimension: 384 };

/** The same collection, in which some records are others. */
function changing(wanted: (id: string) => boolean): VectorStoreV1 {
  const store = openStore({ kind: 'generating', shape, records: RECORDS });
  const change = (record: VectorRecord): VectorRecord =>
    wanted(record.id) ? { ...record, metadata: { ...record.metadata, changed: true } } : record;
  return {
    ...store,
    async openCollection(name, options) {
      return wrapCollection(await store.openCollection(name, options), {
        scan: (scan) => async (request, callOptions) => {
          const page = await scan(request, callOptions);
          return { ...page, records: page.records.map(change) };
        },
      });
    },
  };
}

const folder = mkdtempSync(join(tmpdir(), 'vsm-bench-'));
const path = join(folder, 'backups');
const timed = async <Result>(what: string, work: () => Promise<Result>): Promise<Result> => {
  const started = performance.now();
  const before = process.cpuUsage();
  const result = await work();
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(before);
  const cpu = ((user + system) / 1e6).toFixed(1);
  const memory = process.resourceUsage().maxRSS / 1000;
  console.log(`${what}: ${seconds.toFixed(1)} s, ${cpu} s of CPU (largest memory so far ${memory.toFixed(0)} MB)`);
  return result;
};

let whole = 0;
async function keep(what: string, source: VectorStoreV1): Promise<void> {
  const { written, bytes, parts } = await timed(what, () => backup({ source, collection: 'docs', path }));
  whole ||= bytes;
  const share = ((100 * written.bytes) / whole).toFixed(2);
  console.log(
    `  ${written.parts} of ${parts} parts written, ${(written.bytes / 1e6).toFixed(1)} MB, ${share} % of the first`,
  );
}

const count = RECORDS * SHARE;
// As the ids sort, which are numbers as texts.
const sorted = Array.from({ length: RECORDS }, (_, at) => String(at + 1)).sort();
const beside = new Set(sorted.slice(RECORDS / 3, RECORDS / 3 + count));
const anywhere = new Set(Array.from({ length: count }, (_, at) => String(1 + ((at * 7919) % RECORDS))));
try {
  await keep(
    'first',
    changing(() => false),
  );
  await keep(
    'nothing changed',
    changing(() => false),
  );
  await keep(
    '1 % beside each other',
    changing((id) => beside.has(id)),
  );
  await keep(
    '1 % anywhere',
    changing((id) => anywhere.has(id)),
  );
  await timed('verify', () => checkBackup({ path }));
  await timed('read one snapshot', async () => {
    const store = createBackup({ path });
    for await (const page of readPages(await store.openCollection('docs'))) void page;
    await store.close();
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
