import { join } from 'node:path';
import { createWeaviate } from '@vsm/adapter-weaviate';
import { freePort, serverFolder, startServer } from '@vsm/service-start';
import { installFromGo, type GoProgram } from './go.ts';
import type { RealServer, RunningServer } from './server.ts';

const PROGRAM: GoProgram = {
  name: 'weaviate',
  path: 'github.com/weaviate/weaviate/cmd/weaviate-server',
  version: '1.38.11',
};

/** Servers of one machine collide on every port that they are not given. */
const PORTS = [
  'GRPC_PORT',
  'CLUSTER_GOSSIP_BIND_PORT',
  'CLUSTER_DATA_BIND_PORT',
  'RAFT_PORT',
  'RAFT_INTERNAL_RPC_PORT',
  'GO_PROFILING_PORT',
];

export const weaviate: RealServer = {
  name: 'weaviate',
  variable: 'WEAVIATE_URL',
  howToGet:
    'install Go 1.26 or later and a C compiler, or start one (docker run -p 8080:8080 -p 50051:50051 cr.weaviate.io/semitechnologies/weaviate:1.38.11) and set WEAVIATE_URL=http://localhost:8080',
  packaged: {
    install: (cache, named) => installFromGo(PROGRAM, cache, named),
    start: startWeaviate,
  },
  version: askVersion,
  open: (url) => createWeaviate({ url }),
  suites: [
    ...['conformance', 'classes', 'elsewhere', 'foreign', 'tenants'].map(
      (name) => `packages/adapter-weaviate/test/${name}.test.ts`,
    ),
    'test/servers/round-trip.real.ts',
    'test/servers/crash.real.ts',
  ],
};

async function startWeaviate(installed: string): Promise<RunningServer> {
  const [folder, port, ...others] = await Promise.all([serverFolder('weaviate'), freePort(), ...PORTS.map(freePort)]);
  const url = `http://127.0.0.1:${port}`;
  const server = await startServer({
    name: `Weaviate on port ${port}`,
    command: join(installed, 'weaviate-server'),
    words: ['--host', '127.0.0.1', '--port', String(port), '--scheme', 'http'],
    env: {
      ...Object.fromEntries(PORTS.map((variable, at) => [variable, String(others[at])])),
      PERSISTENCE_DATA_PATH: join(folder, 'data'),
      CLUSTER_HOSTNAME: 'node1',
      CLUSTER_ADVERTISE_ADDR: '127.0.0.1',
      RAFT_BOOTSTRAP_EXPECT: '1',
      RAFT_JOIN: `node1:${others[PORTS.indexOf('RAFT_PORT')]}`,
      DEFAULT_VECTORIZER_MODULE: 'none',
      // A module that calls a model, and never may.
      ENABLE_MODULES: 'text2vec-openai',
      AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED: 'true',
      DISABLE_TELEMETRY: 'true',
      LOG_LEVEL: 'error',
    },
    folder,
    async ask() {
      const ready = await fetch(`${url}/v1/.well-known/ready`);
      return ready.ok ? askVersion(url) : undefined;
    },
  });
  const grpcUrl = `http://127.0.0.1:${others[PORTS.indexOf('GRPC_PORT')]}`;
  return { url, grpcUrl, stop: () => server.stop(), source: `weaviate-server ${PROGRAM.version} built by go install` };
}

async function askVersion(url: string): Promise<string> {
  const { version } = (await (await fetch(`${url}/v1/meta`)).json()) as { readonly version: string };
  return version;
}
