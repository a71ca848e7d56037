// How much quicker is the adapter's scan than the SDK's scroll over the same answers? A server in a process of its own hands
// out pages of an emulator from a cache, so that almost all of the time is the reader's. Ends with 1 where the ratio is under 3.
import { fork } from 'node:child_process';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { createQdrant } from '@vsm/adapter-qdrant';
import { startQdrantEmulator } from '@vsm/emulator-qdrant';
import { QdrantClient } from '@qdrant/js-client-rest';
import { makeRecord } from './records.ts';

const RECORDS = 10_000;
const DIMENSION = 384;
const PAGE = 1000;
const ROUNDS = 3;
const SMALLEST_RATIO = 3;

if (process.argv[2] === 'serve') await serve();
else await compare();

async function serve(): Promise<void> {
  const emulator = await startQdrantEmulator();
  const store = createQdrant({ url: emulator.url });
  await store.createCollection({
    name: 'docs',
    vectors: { '': { kind: 'dense', dimension: DIMENSION, metric: 'cosine' } },
  });
  const collection = await store.openCollection('docs');
  for (let start = 0; start < RECORDS; start += PAGE) {
    await collection.upsert(
      Array.from({ length: PAGE }, (_, at) => ({ ...makeRecord(start + at, DIMENSION), id: String(start + at) })),
    );
  }
  await collection.flush?.();
  const answers = new Map<string, Buffer>();
  const server = createServer((request, response) => {
    void (async () => {
      const body = await text(request);
      const key = `${request.method} ${request.url} ${body}`;
      const known = answers.get(key);
      const fresh =
        known ??
        Buffer.from(
          await (
            await fetch(`${emulator.url}${request.url}`, {
              method: request.method ?? 'GET',
              body: body === '' ? null : body,
            })
          ).arrayBuffer(),
        );
      answers.set(key, fresh);
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': fresh.length }).end(fresh);
    })();
  });
  server.listen(0, '127.0.0.1', () => process.send?.(server.address()));
}

async function compare(): Promise<void> {
  const child = fork(fileURLToPath(import.meta.url), ['serve'], { execArgv: process.execArgv });
  try {
    const { port } = await new Promise<{ port: number }>((resolve) => {
      child.once('message', (address) => resolve(address as { port: number }));
    });
    const url = `http://127.0.0.1:${port}`;
    const client = new QdrantClient({ url, checkCompatibility: false });
    const collection = await createQdrant({ url }).openCollection('docs');
    const readers: Record<string, () => Promise<number>> = {
      async SDK() {
        let read = 0;
        let offset: string | number | undefined;
        do {
          const page = await client.scroll('docs', {
            limit: PAGE,
            with_payload: true,
            with_vector: true,
            ...(offset !== undefined && { offset }),
          });
          read += page.points.length;
          offset = (page.next_page_offset as string | number | null) ?? undefined;
        } while (offset !== undefined);
        return read;
      },
      async adapter() {
        let read = 0;
        let cursor: string | undefined;
        do {
          const page = await collection.scan({ limit: PAGE, include: ['vectors', 'metadata'], cursor });
          read += page.records.length;
          cursor = page.cursor ?? undefined;
        } while (cursor !== undefined);
        return read;
      },
    };
    const rates: number[] = [];
    for (const [name, read] of Object.entries(readers)) {
      // The first round fills the cache.
      if ((await read()) !== RECORDS) throw new Error(`${name} did not read everything`);
      const started = performance.now();
      for (let round = 0; round < ROUNDS; round += 1) await read();
      const rate = (RECORDS * ROUNDS * 1000) / (performance.now() - started);
      console.log(`${name}: ${Math.round(rate)} records/s of ${DIMENSION} dimensions`);
      rates.push(rate);
    }
    const ratio = (rates[1] ?? Number.NaN) / (rates[0] ?? Number.NaN);
    console.log(`ratio ${ratio.toFixed(1)} (at least ${SMALLEST_RATIO})`);
    process.exitCode = ratio >= SMALLEST_RATIO ? 0 : 1;
  } finally {
    child.kill();
  }
}
