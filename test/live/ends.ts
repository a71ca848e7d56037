/** What moves where: stores by their addresses, as the command line takes them, and the servers that they are on. */
import { join } from 'node:path';
import { createChroma } from '@vsm/adapter-chroma';
import { createPgvector } from '@vsm/adapter-pgvector';
import { createQdrant } from '@vsm/adapter-qdrant';
import type { VectorStoreV1 } from '@vsm/core';
import { startChroma } from '@vsm/service-chroma';
import { freePort, serverFolder, startServer } from '@vsm/service-start';
import { serverCache } from '../servers/cache.ts';
import { postgres } from '../servers/postgres.ts';

export interface Ends {
  readonly source: string;
  readonly target: string;
  readonly journal: string;
  /** The longest that a process may stand still: one that does so in a transaction of SQLite stops all others. */
  readonly longestStopMs: number;
  /** The source has no way to replace a record at once: a process that is killed in a write may leave none. */
  readonly deletesFirst: boolean;
  stop(): Promise<void>;
}

export const PAIRS = ['chroma-postgres', 'postgres-qdrant', 'chroma-qdrant'] as const;
export type Pair = (typeof PAIRS)[number];

/** The store at an address that names its collection, too. */
export function openStore(place: string): VectorStoreV1 {
  const [, scheme = '', rest = ''] = /^(\w+):\/\/(.*)$/.exec(place) ?? [];
  if (scheme === 'chroma') return createChroma({ url: `http://${withoutPath(rest)}` });
  if (scheme === 'qdrant') return createQdrant({ url: `http://${withoutPath(rest)}` });
  return createPgvector({ url: place.replace(/\?.*$/, '') });
}

const withoutPath = (rest: string): string => rest.replace(/\/.*$/, '');

interface Server {
  readonly url: string;
  stop(): Promise<void>;
}

async function startPostgres(): Promise<Server> {
  const url = process.env['PGVECTOR_URL'];
  if (url !== undefined) return { url, stop: async () => undefined };
  if (postgres.packaged === undefined) throw new Error('there is no Postgres to start');
  return postgres.packaged.start(await postgres.packaged.install(serverCache(), true));
}

/** In a process of its own, which nothing stops. */
async function startQdrant(): Promise<Server> {
  const given = process.env['QDRANT_URL'];
  if (given !== undefined) return { url: given, stop: async () => undefined };
  const [folder, port] = await Promise.all([serverFolder('qdrant'), freePort()]);
  const url = `http://127.0.0.1:${port}`;
  const program = join(import.meta.dirname, '../../emulators/qdrant/src/main.ts');
  const server = await startServer({
    name: `the emulator of Qdrant on port ${port}`,
    command: process.execPath,
    words: ['--conditions=@vsm/source', program, '--port', String(port), '--no-grpc'],
    folder,
    ask: async () => ((await fetch(url)).ok ? true : undefined),
  });
  return { url, stop: () => server.stop() };
}

const hostOf = (url: string): string => new URL(url).host;

/** Beyond the lease, and beyond all that a stopped process may have sent. */
const LONG_STOP_MS = 14_000;

/** Starts what a pair needs. */
export async function startEnds(pair: Pair, folder: string): Promise<Ends> {
  const servers: Server[] = [];
  const start = async (starting: Promise<Server>): Promise<string> => {
    const server = await starting;
    servers.push(server);
    return server.url;
  };
  const stop = async (): Promise<void> => {
    for (const server of servers) await server.stop();
  };
  if (pair === 'chroma-qdrant') {
    const [chroma, qdrant] = [await start(startChroma()), await start(startQdrant())];
    return {
      source: `chroma://${hostOf(chroma)}/docs`,
      target: `qdrant://${hostOf(qdrant)}/docs`,
      journal: `sqlite:${join(folder, 'journal.db')}`,
      longestStopMs: 1500,
      deletesFirst: true,
      stop,
    };
  }
  const journal = await start(startPostgres());
  const table = `${journal}?table=docs`;
  const longestStopMs = LONG_STOP_MS;
  if (pair === 'chroma-postgres') {
    const chroma = await start(startChroma());
    return {
      source: `chroma://${hostOf(chroma)}/docs`,
      target: table,
      journal,
      longestStopMs,
      deletesFirst: true,
      stop,
    };
  }
  const qdrant = await start(startQdrant());
  return {
    source: table,
    target: `qdrant://${hostOf(qdrant)}/docs`,
    journal,
    longestStopMs,
    deletesFirst: false,
    stop,
  };
}
