import { createChroma } from '@vsm/adapter-chroma';
import { chromaVersion, startChroma } from '@vsm/service-chroma';
import { installFromPypi } from './python.ts';
import type { RealServer } from './server.ts';

/** The newest Chroma. The one that `npm test` starts is older: it is the newest on npm that runs on glibc 2.36. */
export const chroma: RealServer = {
  name: 'chroma',
  variable: 'CHROMA_URL',
  howToGet: 'install Python 3.9 or later with pip, or start `chroma run` elsewhere and set CHROMA_URL',
  packaged: {
    install: (cache) => installFromPypi('chroma', cache),
    // It leaves ghosts for the others to run on.
    suites: ['test/servers/chroma-ghosts.real.ts'],
    async start(installed) {
      const server = await startChroma({
        command: 'python3',
        words: ['-c', 'import sys, chromadb_rust_bindings as chroma; chroma.cli(["chroma", *sys.argv[1:]])'],
        env: { PYTHONPATH: installed },
      });
      return { url: server.url, stop: () => server.stop(), source: 'chromadb 1.5.9 from PyPI' };
    },
  },
  version: async (url) => (await chromaVersion(url)) ?? 'unknown',
  open: (url) => createChroma({ url }),
  suites: ['packages/adapter-chroma/test/conformance.test.ts', 'test/servers/round-trip.real.ts'],
};
