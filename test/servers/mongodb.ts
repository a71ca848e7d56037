import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createMongodb } from '@vsm/adapter-mongodb';
import { freePort, serverFolder, startServer } from '@vsm/service-start';
import { MongoClient, type Document } from 'mongodb';
import { installFromGo, type GoProgram } from './go.ts';
import type { RealServer, RunningServer } from './server.ts';

/** No registry has a mongod. FerretDB speaks its protocol, keeps most of its types, and has no search. */
const PROGRAM: GoProgram = {
  name: 'ferretdb',
  path: { folder: join(import.meta.dirname, 'ferretdb') },
  version: '1.24.2',
};

export const mongodb: RealServer = {
  name: 'mongodb',
  variable: 'MONGODB_URL',
  howToGet:
    'install Go 1.26 or later for FerretDB, or start one (docker run -p 27017:27017 mongodb/mongodb-atlas-local) and set MONGODB_URL=mongodb://localhost:27017/vsm?directConnection=true',
  packaged: {
    install: (cache, named) => installFromGo(PROGRAM, cache, named),
    start: startFerret,
  },
  version: askVersion,
  open: (url) => createMongodb({ url }),
  suites: [
    ...['conformance', 'applications', 'filter', 'reading'].map(
      (name) => `packages/adapter-mongodb/test/${name}.test.ts`,
    ),
    'test/servers/round-trip.real.ts',
  ],
};

async function startFerret(installed: string): Promise<RunningServer> {
  const [folder, port] = await Promise.all([serverFolder('ferretdb'), freePort()]);
  const data = join(folder, 'data');
  await mkdir(data);
  const url = `mongodb://127.0.0.1:${port}/vsm`;
  const server = await startServer({
    name: `FerretDB on port ${port}`,
    command: join(installed, 'ferretdb'),
    // In memory it waits for itself for ever.
    words: [`127.0.0.1:${port}`, `file:${data}/`],
    folder,
    ask: () => askVersion(url),
  });
  return { url, stop: () => server.stop(), source: `FerretDB ${PROGRAM.version}, not MongoDB, built by go` };
}

async function askVersion(url: string): Promise<string> {
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 2000 });
  try {
    const info: Document = await client.db('admin').command({ buildInfo: 1 });
    const isFerret = info['ferretdbVersion'] !== undefined || info['ferretdb'] !== undefined;
    return `${isFerret ? 'FerretDB as ' : ''}${String(info['version'])}`;
  } finally {
    await client.close();
  }
}
