import { cp } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createChroma } from '@vsm/adapter-chroma';
import { createFile, createVdf } from '@vsm/adapter-file';
import { backup, createBackup } from '@vsm/adapter-file/backup';
import { createFolder } from '@vsm/adapter-folder';
import { createLanceDb } from '@vsm/adapter-lancedb';
import { createMemory } from '@vsm/adapter-memory';
import { createPgvector } from '@vsm/adapter-pgvector';
import { createPinecone } from '@vsm/adapter-pinecone';
import { createPineconeImport } from '@vsm/adapter-pinecone/import';
import { createQdrant } from '@vsm/adapter-qdrant';
import { createS3Vectors } from '@vsm/adapter-s3vectors';
import { createSqlite } from '@vsm/adapter-sqlite';
import { createTurbopuffer } from '@vsm/adapter-turbopuffer';
import { createUpstash } from '@vsm/adapter-upstash';
import type { VectorStoreV1 } from '@vsm/core/adapter';
import { startPineconeEmulator } from '@vsm/emulator-pinecone';
import { startQdrantEmulator } from '@vsm/emulator-qdrant';
import { startS3VectorsEmulator } from '@vsm/emulator-s3vectors';
import { startTurbopufferEmulator } from '@vsm/emulator-turbopuffer';
import { startUpstashEmulator } from '@vsm/emulator-upstash';
import { startChroma } from '@vsm/service-chroma';
import { freePort, serverFolder, startServer } from '@vsm/service-start';
import { reach } from '../../test/frameworks/reach.ts';
import { serverCache } from '../../test/servers/cache.ts';
import { servers } from '../../test/servers/servers.ts';

/** A store that is written, and what else it needs. */
interface Opened {
  readonly store: VectorStoreV1;
  /** Opens what is read instead, where that is not what was written. */
  readonly readFrom?: ((name: string) => Promise<VectorStoreV1>) | undefined;
  readonly stop?: (() => Promise<unknown>) | undefined;
  /** Of metadata fields. @default 200 */
  readonly perRecord?: number | undefined;
  /** The address of a Chroma, whose refusals are tried. */
  readonly chroma?: string | undefined;
}

type Open = (folder: string) => Opened | Promise<Opened>;

const CREDENTIALS = { accessKeyId: 'any', secretAccessKey: 'any' };

/** Libraries and files: what runs wherever this runs. */
const EMBEDDED: Readonly<Record<string, Open>> = {
  memory: () => ({ store: createMemory() }),
  jsonl: (folder) => ({ store: createFile({ path: join(folder, 'doubles.jsonl') }) }),
  parquet: (folder) => ({ store: createFile({ path: join(folder, 'doubles.parquet') }) }),
  vdf: (folder) => ({ store: createVdf({ path: join(folder, 'vdf') }) }),
  'pinecone-import': (folder) => ({ store: createPineconeImport({ path: join(folder, 'imports') }) }),
  backup: (folder) => {
    const source = createMemory();
    const path = join(folder, 'backup');
    return {
      store: source,
      async readFrom(collection) {
        await backup({ source, collection, path });
        return createBackup({ path });
      },
    };
  },
  lancedb: (folder) => ({ store: createLanceDb({ uri: join(folder, 'lance') }) }),
  pglite: (folder) => ({ store: createPgvector({ dataDir: join(folder, 'pglite') }) }),
  sqlite: (folder) => ({ store: createSqlite({ path: join(folder, 'plain.db') }) }),
  'sqlite-vec': (folder) => ({ store: createSqlite({ path: join(folder, 'vec0.db'), tables: 'vec0' }) }),
  libsql: (folder) => ({
    store: createSqlite({ path: join(folder, 'libsql.db'), engine: 'libsql', vectorIndex: false }),
  }),
  'chroma-npm': async () => {
    const server = await startChroma();
    return { store: createChroma({ url: server.url }), stop: () => server.stop(), chroma: server.url };
  },
  'folder-chroma': async (folder) => {
    const [home, port] = await Promise.all([serverFolder('chroma'), freePort()]);
    const url = `http://127.0.0.1:${port}`;
    const cli = join(dirname(fileURLToPath(import.meta.resolve('chromadb'))), 'cli.mjs');
    const server = await startServer({
      name: 'Chroma',
      command: process.execPath,
      words: [cli, 'run', '--path', home, '--port', String(port)],
      folder: home,
      ask: async () => (await fetch(`${url}/api/v2/version`)).ok || undefined,
    });
    return {
      store: createChroma({ url }),
      async readFrom() {
        // Nothing is written any more.
        await cp(home, join(folder, 'chroma'), { recursive: true });
        return createFolder({ path: join(folder, 'chroma') });
      },
      stop: () => server.stop(),
    };
  },
};

/** They show what the adapters do to a double, and not what the vendor's parser does. */
const EMULATORS: Readonly<Record<string, Open>> = {
  'qdrant-emulator': async () => {
    const { url, close } = await startQdrantEmulator();
    return { store: createQdrant({ url }), stop: close };
  },
  'pinecone-emulator': async () => {
    const { url, close } = await startPineconeEmulator();
    return { store: createPinecone({ apiKey: 'any', controllerHost: url }), stop: close };
  },
  's3vectors-emulator': async () => {
    const { url: endpoint, close } = await startS3VectorsEmulator({ buckets: ['bucket'] });
    const store = createS3Vectors({ bucket: 'bucket', endpoint, region: 'us-east-1', credentials: CREDENTIALS });
    // 50 keys, and 2 KB that filters find.
    return { store, stop: close, perRecord: 40 };
  },
  'turbopuffer-emulator': async () => {
    const { url, close } = await startTurbopufferEmulator();
    return { store: createTurbopuffer({ url, apiKey: 'any' }), stop: close };
  },
  'upstash-emulator': async () => {
    const { url, close } = await startUpstashEmulator({ faults: { writeLagMs: 1 } });
    return { store: createUpstash({ controller: url, email: 'any', apiKey: 'any' }), stop: close };
  },
};

/** Those of `npm run test:servers`: each is the one that its variable names, else the one of its cache. */
const SERVERS: Readonly<Record<string, Open>> = Object.fromEntries(
  servers.flatMap((server) => {
    const { name, open, variable, packaged } = server;
    if (open === undefined || (packaged === undefined && process.env[variable] === undefined)) return [];
    const start = async (): Promise<Opened> => {
      const running = await reach(server, serverCache());
      const { url } = running;
      return { store: open(url), stop: () => running.stop(), ...(name === 'chroma' && { chroma: url }) };
    };
    return [[name, start] as const];
  }),
);

export const STORES: ReadonlyMap<string, Open> = new Map(Object.entries({ ...EMBEDDED, ...EMULATORS, ...SERVERS }));
