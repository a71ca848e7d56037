import { join } from 'node:path';
import { createMilvus } from '@vsm/adapter-milvus';
import { freePort, serverFolder, startServer } from '@vsm/service-start';
import { installFromPypi } from './python.ts';
import type { RealServer } from './server.ts';

const SUITES = [
  ...['conformance', 'foreign', 'server'].map((name) => `packages/adapter-milvus/test/${name}.test.ts`),
  'test/servers/round-trip.real.ts',
];

/** The real server: all of its parts, in Go and C++, in one process. Its newer versions are no packages. */
export const milvus: RealServer = {
  name: 'milvus',
  variable: 'MILVUS_URL',
  howToGet:
    'install Python 3.8 or later with pip on Linux (x86-64) or macOS, or start one (docker run -p 19530:19530 milvusdb/milvus milvus run standalone) and set MILVUS_URL=http://localhost:19530',
  packaged: {
    install: (cache) => installFromPypi('milvus', cache),
    async start(installed) {
      const folder = await serverFolder('milvus');
      const ports = await Promise.all(Array.from({ length: 9 }, freePort));
      const parts = ['proxy', 'proxy-internal', 'query-coord', 'query-node', 'root-coord', 'data-coord', 'etcd'];
      const url = `http://127.0.0.1:${ports[0]}`;
      // Without Python in between, which would leave the server behind when it is killed.
      const program = [
        'import os, sys, milvus',
        'server = milvus.MilvusServer()',
        `[server.config.set(name.replace("-", "_") + "_port", int(port)) for name, port in zip(${JSON.stringify(parts)}, sys.argv[2:])]`,
        'server.set_base_dir(sys.argv[1])',
        'server.config.resolve() if hasattr(server.config, "resolve") else None',
        'server.start()',
        'server.wait()',
      ].join('\n');
      void program;
      void parts;
      throw new Error(`${url} ${installed} ${folder} ${join('', '')}`);
      void startServer;
    },
  },
  version: askVersion,
  open: (url) => createMilvus({ url }),
  suites: SUITES,
};

async function askVersion(url: string): Promise<string> {
  void url;
  return '';
}
