import type { PGlite } from '@electric-sql/pglite';
import { createChroma } from '@vsm/adapter-chroma';
import { createPgvector } from '@vsm/adapter-pgvector';
import { createPinecone } from '@vsm/adapter-pinecone';
import { createQdrant } from '@vsm/adapter-qdrant';
import { VectorStoreMigrator, type Metric, type MigrationResult, type VectorStoreV1 } from '@vsm/core';
import { startPineconeEmulator } from '@vsm/emulator-pinecone';
import { startQdrantEmulator } from '@vsm/emulator-qdrant';
import { createLayout } from '@vsm/layouts';
import { startChroma } from '@vsm/service-chroma';
import { createPglite } from '../../../packages/adapter-pgvector/test/pglite.ts';

export type StoreName = 'qdrant' | 'chroma' | 'pinecone' | 'pgvector';

/** Servers that frameworks and VSM reach alike. */
export interface Stores {
  readonly chromaPort: number;
  readonly qdrantUrl: string;
  readonly pineconeUrl: string;
  readonly database: PGlite;
  /** A pool of `pg`, as far as frameworks use one. */
  readonly pool: Pool;
  readonly vsm: Readonly<Record<StoreName, VectorStoreV1>>;
  close(): Promise<void>;
}

interface Pool {
  connect(): Promise<Pool>;
  release(): void;
  end(): Promise<void>;
  on(): void;
  query(sql: string, parameters?: unknown[]): Promise<{ rows: Record<string, unknown>[] }>;
}

export async function startStores(): Promise<Stores> {
  const [chroma, qdrant, pinecone, database] = await Promise.all([
    startChroma(),
    startQdrantEmulator(),
    startPineconeEmulator(),
    createPglite(),
  ]);
  await database.exec('CREATE EXTENSION vector');
  const pool: Pool = {
    connect: () => Promise.resolve(pool),
    release: () => undefined,
    end: () => Promise.resolve(),
    on: () => undefined,
    query: (sql, parameters) => database.query<Record<string, unknown>>(sql, parameters),
  };
  const vsm = {
    chroma: createChroma({ url: chroma.url }),
    qdrant: createQdrant({ url: qdrant.url }),
    pinecone: createPinecone({ apiKey: 'none', controllerHost: pinecone.url }),
    pgvector: createPgvector({ client: database }),
  };
  return {
    chromaPort: Number(new URL(chroma.url).port),
    qdrantUrl: qdrant.url,
    pineconeUrl: pinecone.url,
    database,
    pool,
    vsm,
    async close() {
      await Promise.all(Object.values(vsm).map((store) => store.close()));
      await Promise.all([chroma.stop(), qdrant.close(), pinecone.close(), database.close()]);
    },
  };
}

export interface Move {
  readonly layout: string;
  readonly from: StoreName;
  readonly to: StoreName;
  readonly sourceCollection: string;
  readonly targetCollection: string;
  readonly metric?: Metric;
}

/** As `vsm migrate --layout-from L --layout-to L` does it. */
export async function migrate(stores: Stores, move: Move): Promise<MigrationResult> {
  const { layout: from, sourceCollection, targetCollection } = move;
  const [source, target] = [stores.vsm[move.from], stores.vsm[move.to]];
  const migrator = new VectorStoreMigrator({ source, target, checkpoints: false });
  return migrator.migrate({
    sourceCollection,
    targetCollection,
    metric: move.metric,
    layout: createLayout({ from, to: from, source, target, sourceCollection }),
    allowLoss: ['layout'],
  });
}
