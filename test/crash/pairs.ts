import { createChroma } from '@vsm/adapter-chroma';
import { createFile } from '@vsm/adapter-file';
import { createPgvector } from '@vsm/adapter-pgvector';
import { createQdrant } from '@vsm/adapter-qdrant';
import { createSqlite } from '@vsm/adapter-sqlite';
import type { VectorStoreV1 } from '@vsm/core';
import { startQdrantEmulator } from '@vsm/emulator-qdrant';
import { startChroma } from '@vsm/service-chroma';

interface Ends {
  /** Starts what the source runs on: a server, by its URL, or nothing. */
  readonly start?: () => Promise<{ readonly url: string; readonly stop: () => Promise<void> }>;
  /** `place` is the URL of the server, or a folder that outlives the target. */
  readonly source: (place: string) => VectorStoreV1;
  readonly target: (folder: string) => VectorStoreV1;
}

export const PAIRS = {
  'chroma-postgres': {
    start: startChroma,
    source: (url) => createChroma({ url }),
    target: (folder) => createPgvector({ dataDir: `${folder}/db` }),
  },
  'qdrant-file': {
    async start() {
      const emulator = await startQdrantEmulator();
      return { url: emulator.url, stop: () => emulator.close() };
    },
    source: (url) => createQdrant({ url }),
    target: (folder) => createFile({ path: `${folder}/copy`, format: 'parquet', takeOver: true }),
  },
  'sqlite-libsql': {
    source: (folder) => createSqlite({ path: `${folder}/source.db` }),
    target: (folder) => createSqlite({ path: `${folder}/copy.db`, engine: 'libsql' }),
  },
  'libsql-vec0': {
    source: (folder) => createSqlite({ path: `${folder}/source.db`, engine: 'libsql', vectorIndex: false }),
    target: (folder) => createSqlite({ path: `${folder}/copy.db`, tables: 'vec0' }),
  },
} as const satisfies Record<string, Ends>;

export type Pair = keyof typeof PAIRS;

export function endsOf(pair: Pair): Ends {
  return PAIRS[pair];
}
