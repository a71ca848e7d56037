import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createMilvus } from '@vsm/adapter-milvus';
import { createGrpcChannel } from '@vsm/core/adapter';
import { freePort, serverFolder, startServer } from '@vsm/service-start';
import { installFromPypi } from './python.ts';
import type { RealServer, RunningServer } from './server.ts';

const run = promisify(execFile);

const suites = [
  ...['conformance', 'filter', 'foreign', 'native', 'server'].map(
    (name) => `packages/adapter-milvus/test/${name}.test.ts`,
  ),
  'test/servers/round-trip.real.ts',
  'test/servers/chain.real.ts',
  'test/servers/crash.real.ts',
];

/** The real server, all parts of it in one process: the newest that is a package. */
export const milvus: RealServer = {
  name: 'milvus',
  variable: 'MILVUS_URL',
  howToGet:
    'install Python 3.10 or later with pip on Linux (x86-64) or macOS, or start one (docker run -p 19530:19530 milvusdb/milvus milvus run standalone) and set MILVUS_URL=http://localhost:19530',
  packaged: {
    // It waits: 2.5 s until a new collection is loaded, and 0.2 to 0.4 s before each read.
    namedOnly: true,
    async install(cache) {
      const installed = await installFromPypi('milvus', cache);
      // Its programs are packed by lzma, and unpacked once. What is there is left alone.
      const unpack = 'import sys, milvus; milvus._initialize_data_files(sys.argv[1])';
      await run('python3', ['-c', unpack, join(installed, 'unpacked')], { env: pythonOf(installed) });
      return installed;
    },
    start: startMilvus,
  },
  version: askVersion,
  open: (url) => createMilvus({ url }),
  suites,
};

/** The same calls, answered by a program in Python. */
export const milvusLite: RealServer = {
  name: 'milvus-lite',
  variable: 'MILVUS_LITE_URL',
  howToGet: 'install Python 3.10 or later with pip, or start `milvus-lite server` elsewhere and set MILVUS_LITE_URL',
  packaged: {
    install: (cache) => installFromPypi('milvus-lite', cache),
    async start(installed) {
      const [folder, port] = await Promise.all([serverFolder('milvus-lite'), freePort()]);
      const url = `http://127.0.0.1:${port}`;
      const words = ['server', '--data-dir', join(folder, 'data'), '--host', '127.0.0.1', '--port', String(port)];
      const server = await startServer({
        name: `milvus-lite on port ${port}`,
        command: 'python3',
        words: ['-c', BECOME_LITE_SERVER, ...words],
        env: pythonOf(installed),
        folder,
        ask: () => askVersion(url),
      });
      return { url, stop: () => server.stop(), source: 'milvus-lite 3.2.2 from PyPI' };
    },
  },
  version: askVersion,
  open: (url) => createMilvus({ url }),
  suites,
};

/**
 * The C++ core of 2.5 in one process, which knows too few calls for an adapter (no version, no partitions), but has BFLOAT16 and sparse
 * vectors as servers have them.
 */
export const milvusCore: RealServer = {
  name: 'milvus-core',
  variable: 'MILVUS_CORE_URL',
  howToGet: 'install Python 3.10 or later with pip on Linux or macOS',
  packaged: {
    install: (cache) => installFromPypi('milvus-core', cache),
    async start(installed) {
      const [folder, port] = await Promise.all([serverFolder('milvus-core'), freePort()]);
      const url = `http://127.0.0.1:${port}`;
      const programs = join(installed, 'milvus_lite', 'lib');
      const server = await startServer({
        name: `the core of Milvus on port ${port}`,
        command: join(programs, 'milvus'),
        words: [join(folder, 'core.db'), `127.0.0.1:${port}`, 'ERROR'],
        env: { LD_LIBRARY_PATH: programs, DYLD_LIBRARY_PATH: programs },
        folder,
        ask: () => askWithoutVersion(url),
      });
      return { url, stop: () => server.stop(), source: 'milvus-lite 2.5.1 from PyPI' };
    },
  },
  version: askWithoutVersion,
  suites: ['packages/adapter-milvus/test/vector-types.test.ts'],
};

/**
 * Clients of Milvus ping every 10 s, asking nothing. Milvus lets them; here gRPC's own limit of 5 min would close their
 * channels, and the next call on one fails.
 */
const BECOME_LITE_SERVER = `
import grpc
begin = grpc.server
grpc.server = lambda pool, options=(): begin(pool, options=[*options, ('grpc.http2.max_ping_strikes', 0)])
from milvus_lite.cmdline import main
main()
`;

/** Writes the settings, every port a free one, and becomes the server: a process of Python in front would leave it behind. */
const BECOME_SERVER = `
import os, sys, milvus
installed, folder, *ports = sys.argv[1:]
config = milvus.MilvusServerConfig()
names = [name for name in config.configurable_items if name.endswith('_port') and name != 'proxy_port']
config.update(data_dir=folder, **{name: int(port) for name, port in zip(['proxy_port', *names], ports)})
config.resolve()
# The etcd within it listens at two ports of its own, unless it has a file that says otherwise.
client, peer = (f'http://localhost:{port}' for port in (config.get('etcd_port'), ports[-2]))
with open(os.path.join(folder, 'etcd.yaml'), 'w') as file:
    for key, value in {
        'name': 'default', 'listen-client-urls': client, 'advertise-client-urls': client, 'listen-peer-urls': peer,
        'initial-advertise-peer-urls': peer, 'initial-cluster': f'default={peer}',
    }.items():
        print(f'{key}: {value}', file=file)
settings = os.path.join(folder, 'configs', 'milvus.yaml')
with open(settings) as file:
    text = file.read()
with open(settings, 'w') as file:
    file.write(text.replace('\\netcd:\\n', f'\\netcd:\\n  config:\\n    path: {folder}/etcd.yaml\\n', 1))
programs = os.path.join(installed, 'unpacked', 'bin')
os.environ.update(DEPLOY_MODE='STANDALONE', METRICS_PORT=ports[-1], MILVUS_RUN_DIR=os.path.join(folder, 'run'))
for name in ('LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH'):
    os.environ[name] = programs
os.chdir(folder)
program = os.path.join(programs, 'milvus')
os.execv(program, [program, 'run', 'standalone'])
`;
const PORTS = 16;

async function startMilvus(installed: string): Promise<RunningServer> {
  const folder = await serverFolder('milvus');
  const ports = await Promise.all(Array.from({ length: PORTS }, freePort));
  const url = `http://127.0.0.1:${ports[0]}`;
  const server = await startServer({
    name: `Milvus on port ${ports[0]}`,
    command: 'python3',
    words: ['-c', BECOME_SERVER, installed, folder, ...ports.map(String)],
    env: pythonOf(installed),
    folder,
    ask: () => askVersion(url),
  });
  return { url, stop: () => server.stop(), source: 'milvus 2.3.5 from PyPI' };
}

function pythonOf(installed: string): Record<string, string> {
  return { ...(process.env as Record<string, string>), PYTHONPATH: installed };
}

async function askWithoutVersion(url: string): Promise<string> {
  const store = createMilvus({ url });
  try {
    await store.listCollections();
    return '2.5.1';
  } finally {
    await store.close();
  }
}

async function askVersion(url: string): Promise<string> {
  const store = createMilvus({ url });
  const channel = createGrpcChannel({ origin: url, headers: {}, maxAnswerBytes: 1_000_000 });
  try {
    // Its parts start one after another: only once all do is there a list.
    await store.listCollections();
    const path = '/milvus.proto.milvus.MilvusService/GetVersion';
    const answer = await channel.call(path, new Uint8Array(0), AbortSignal.timeout(10_000));
    return /(?:v|milvus_lite-)\d[\w.-]*/.exec(Buffer.from(answer).toString('latin1'))?.[0] ?? 'unknown';
  } finally {
    channel.close();
    await store.close();
  }
}
