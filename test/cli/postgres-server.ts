import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { freePort } from '@vsm/service-start';

export interface PostgresServer {
  readonly url: string;
  close(): Promise<void>;
}

/** A PostgreSQL in this process that takes connections: what processes share without a server of one's own. */
export async function startPostgres(): Promise<PostgresServer> {
  const [db, port] = await Promise.all([PGlite.create(), freePort()]);
  const server = new PGLiteSocketServer({ db, port, host: '127.0.0.1', maxConnections: 100 });
  await server.start();
  return {
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    async close() {
      await server.stop();
      await db.close();
    },
  };
}
