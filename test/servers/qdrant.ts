import { createQdrant } from '@vsm/adapter-qdrant';
import type { RealServer } from './server.ts';

export const qdrant: RealServer = {
  name: 'qdrant',
  variable: 'QDRANT_URL',
  howToGet:
    'no package registry has the server; start one (docker run -p 6333:6333 -p 6334:6334 qdrant/qdrant) and set QDRANT_URL=http://localhost:6333',
  async version(url) {
    const { version } = (await (await fetch(url)).json()) as { readonly version: string };
    return version;
  },
  open: (url) => createQdrant({ url, apiKey: process.env['QDRANT_API_KEY'] }),
  suites: ['packages/adapter-qdrant/test/conformance.test.ts', 'test/servers/round-trip.real.ts'],
};
