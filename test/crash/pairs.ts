import { createChroma } from '@vsm/adapter-chroma';
import { createFile } from '@vsm/adapter-file';
import { createMilvus } from '@vsm/adapter-milvus';
import { createPgvector } from '@vsm/adapter-pgvector';
import { createQdrant } from '@vsm/adapter-qdrant';
import { createSqlite } from '@vsm/adapter-sqlite';
import type { VectorStoreV1 } from '@vsm/core';
import { startQdrantEmulator } from '@vsm/emulator-qdrant';
import { startChroma } from '@vsm/service-chroma';

interface Ends {
  /** Starts what one of them runs on: a server, by its URL, or nothing. */
  readonly start?: () => Promise<{ readonly url: string; readonly stop: () => Promise<void> }>;
  /** `url` is that of the server, and `home` a folder that outlives the target. */
  readonly source: (url: string, home: string) => VectorStoreV1;
  readonly target: (folder: string, url: string) => VectorStoreV1;
}

async function startQdrant(): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> {
  const emulator = await startQdrantEmulator();
  return { url: emulator.url, stop: () => emulator.close() };
}

export const PAIRS = {
  'chroma-postgres': {
    start: startChroma,
    source: (url) => createChroma({ url }),
    target: (folder) => createPgvector({ dataDir: `${folder}/db` }),
  },
  'qdrant-file': {
    start: startQdrant,
    source: (url) => createQdrant({ url }),
    target: (folder) => createFile({ path: `${folder}/copy`, format: 'parquet', takeOver: true }),
  },
  'file-qdrant': {
    start: startQdrant,
    source: (_url, home) => createFile({ path: `${home}/source`, format: 'parquet' }),
    target: (_folder, url) => createQdrant({ url }),
  },
  'sqlite-libsql': {
    source: (_url, home) => createSqlite({ path: `${home}/source.db` }),
    target: (folder) => createSqlite({ path: `${folder}/copy.db`, engine: 'libsql' }),
  },
  'libsql-vec0': {
    source: (_url, home) => createSqlite({ path: `${home}/source.db`, engine: 'libsql', vectorIndex: false }),
    target: (folder) => createSqlite({ path: `${folder}/copy.db`, tables: 'vec0' }),
  },
} as const satisfies Record<string, Ends>;

const milvus = async (): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> => ({
  url: process.env['MILVUS_URL'] ?? process.env['MILVUS_LITE_URL'] ?? '',
  stop: async () => undefined,
});

/** Pairs with a server that npm does not carry, and that runs already. */
const SERVER_PAIRS = {
  'milvus-file': {
    start: milvus,
    source: (url) => createMilvus({ url }),
    target: (folder) => createFile({ path: `${folder}/copy`, format: 'parquet', takeOver: true }),
  },
  'file-milvus': {
    start: milvus,
    source: (_url, home) => createFile({ path: `${home}/source`, format: 'parquet' }),
    target: (_folder, url) => createMilvus({ url }),
  },
} as const satisfies Record<string, Ends>;

export type Pair = keyof typeof PAIRS | keyof typeof SERVER_PAIRS;

export function endsOf(pair: Pair): Ends {
  return { ...PAIRS, ...SERVER_PAIRS }[pair];
}
