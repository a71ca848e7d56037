// npm run test:frameworks [-- FROM… --report=FILE --docs]: runs the frameworks themselves on real stores, as an application
// does, and compares what they find before and after VSM moved their documents.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createPgvector } from '@vsm/adapter-pgvector';
import { createChroma } from '@vsm/adapter-chroma';
import { createQdrant } from '@vsm/adapter-qdrant';
import { startQdrantEmulator } from '@vsm/emulator-qdrant';
import pg from 'pg';
import { serverCache } from '../servers/cache.ts';
import { chroma } from '../servers/chroma.ts';
import { postgres } from '../servers/postgres.ts';
import type { RunningServer } from '../servers/server.ts';
import { makeFolders } from './folders.ts';
import { travel, type JourneyResult } from './journey.ts';
import { APPLICATIONS, type Application } from './moves.ts';
import { NEWER_JOURNEYS, startNewerStores } from './newer-stores.ts';
import { page } from './page.ts';
import { reach } from './reach.ts';
import { startRuntimes } from './runtimes.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { report: { type: 'string' }, docs: { type: 'boolean', default: false } },
});
const cache = serverCache();

async function qdrant(): Promise<RunningServer & { readonly version: string }> {
  const url = process.env['QDRANT_URL'];
  if (url !== undefined) {
    const { version } = (await (await fetch(url)).json()) as { readonly version: string };
    return { url, source: 'QDRANT_URL', version, stop: async () => undefined };
  }
  const emulator = await startQdrantEmulator();
  return { url: emulator.url, source: 'emulator', version: 'the emulator', stop: () => emulator.close() };
}

/** Between frameworks, one journey for each pair of them. */
const ACROSS: readonly (readonly [string, string])[] = [
  ['langchain-chroma', 'llamaindex-postgres'],
  ['langchain-pgvectorstore', 'haystack-qdrant'],
  ['llamaindex-qdrant', 'langchain-chroma'],
  ['llamaindex-chroma', 'haystack-pgvector'],
  ['haystack-pgvector', 'langchain-qdrant'],
  ['haystack-chroma', 'llamaindex-qdrant'],
  ['mastra-pg', 'langchain-qdrant'],
  ['langchain-chroma', 'mastra-qdrant'],
  ['open-webui-pgvector', 'langchain-chroma'],
  ['mem0-pgvector', 'langchain-chroma'],
  ['langchain-pgvectorstore', 'mem0-qdrant'],
  ['spring-ai-pgvector', 'spring-ai-pgvector'],
  ['spring-ai-pgvector', 'langchain-chroma'],
  ['langchain-qdrant', 'spring-ai-pgvector'],
  ...NEWER_JOURNEYS,
];

function isJourney(from: Application, to: Application): boolean {
  if (from.hybrid === true || to.hybrid === true) return from === to;
  if (from.newer === true || to.newer === true) return false;
  return to !== from && to.framework === from.framework && to.sourceOnly !== true;
}

function journeys(): [Application, Application][] {
  const named = (name: string): Application | undefined => APPLICATIONS.find((one) => one.name === name);
  const within = APPLICATIONS.flatMap((from) =>
    APPLICATIONS.filter((to) => isJourney(from, to)).map((to): [Application, Application] => [from, to]),
  );
  const across = ACROSS.flatMap(([from, to]): [Application, Application][] => {
    const [one, other] = [named(from), named(to)];
    return one === undefined || other === undefined ? [] : [[one, other]];
  });
  return [...within, ...across].filter(
    ([from]) => positionals.length === 0 || positionals.some((word) => from.name.startsWith(word)),
  );
}

const wanted = journeys();
const newer = await startNewerStores(cache, new Set(wanted.flat().map(({ store }) => store)));
const [chromaServer, postgresServer, qdrantServer] = await Promise.all([
  reach(chroma, cache),
  reach(postgres, cache),
  qdrant(),
]);
const community = new URL(postgresServer.url);
const database = `vsm_community_${process.pid}`;
const client = new pg.Client({ connectionString: postgresServer.url });
await client.connect();
await client.query('CREATE EXTENSION IF NOT EXISTS vector');
await client.query(`CREATE DATABASE ${database}`);
community.pathname = `/${database}`;
const folders = makeFolders();
const urls = {
  chroma: chromaServer.url,
  qdrant: qdrantServer.url,
  postgres: postgresServer.url,
  community: community.href,
  folders: folders.path,
  ...newer.urls,
};
const stores = {
  chroma: createChroma({ url: urls.chroma }),
  qdrant: createQdrant({ url: urls.qdrant }),
  pgvector: createPgvector({ url: urls.postgres }),
  community: createPgvector({ url: urls.community }),
  folder: folders.store,
  ...newer.stores,
};
const frameworks = startRuntimes({ cache, urls });
const results: JourneyResult[] = [];
try {
  for (const [number, [from, to]] of wanted.entries()) {
    const result = await travel(from, to, number + 1, { frameworks, stores });
    results.push(result);
    const { passed, failed } = result;
    console.log(
      `${failed.length === 0 ? 'ok    ' : 'FAILED'} ${from.name} → ${to.name}: ${passed.length} passed, ${failed.length} failed`,
    );
    for (const what of failed) console.log(`         ${what}`);
  }
  const versions = new Map<string, string>();
  for (const { name } of new Set(wanted.flat())) {
    versions.set(name, (await frameworks.ask<string[]>({ application: name, verb: 'versions' })).join(', '));
  }
  const servers = {
    // A server of 1.5.9 says of itself that it is 1.0.0.
    Chroma: chromaServer.source === chroma.variable ? await chroma.version(urls.chroma) : chromaServer.source,
    Postgres: await postgres.version(urls.postgres),
    Qdrant: qdrantServer.version,
    ...newer.versions,
  };
  const text = page(results, versions, servers);
  console.log(`\n${text}`);
  if (values.docs) writeFileSync(join(import.meta.dirname, '..', '..', 'docs', 'frameworks.md'), text);
} finally {
  await frameworks.stop();
  await Promise.all(Object.values(stores).map((store) => store.close()));
  await client.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`).catch(() => undefined);
  await client.end();
  await Promise.all([chromaServer.stop(), postgresServer.stop(), qdrantServer.stop(), newer.stop()]);
}
const count = (part: 'passed' | 'failed'): number => results.reduce((total, result) => total + result[part].length, 0);
const [passed, failed] = [count('passed'), count('failed')];
console.log(`${passed} passed, ${failed} failed`);
const failures = results.flatMap((one) => one.failed.map((what) => `${one.from} → ${one.to}: ${what}`));
if (values.report !== undefined) writeFileSync(values.report, JSON.stringify({ passed, failed, skipped: 0, failures }));
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
