import { join } from 'node:path';
import { createElasticsearch } from '@vsm/adapter-elasticsearch';
import { freePort, serverFolder, startServer } from '@vsm/service-start';
import { installFromMaven } from './maven.ts';
import type { RealServer, RunningServer } from './server.ts';

/** The same for both of them. */
export const ELASTICSEARCH_SUITES: readonly string[] = [
  ...['conformance', 'applications', 'foreign', 'indices', 'rules'].map(
    (name) => `packages/adapter-elasticsearch/test/${name}.test.ts`,
  ),
  'test/servers/round-trip.real.ts',
  'test/servers/elasticsearch-kills.real.ts',
];

export const opensearch: RealServer = {
  name: 'opensearch',
  variable: 'OPENSEARCH_URL',
  howToGet:
    'install Java 17 with javac, Maven and unzip, or start one (docker run -p 9200:9200 -e discovery.type=single-node -e DISABLE_SECURITY_PLUGIN=true opensearchproject/opensearch:2.19.1) and set OPENSEARCH_URL=http://localhost:9200',
  packaged: {
    install: (cache) => installFromMaven('opensearch', 'OpenSearchNode', cache),
    start: startOpenSearch,
  },
  version: askVersion,
  open: (url) => createElasticsearch({ url }),
  suites: ELASTICSEARCH_SUITES,
};

async function startOpenSearch(installed: string): Promise<RunningServer> {
  const [folder, port, transport] = await Promise.all([serverFolder('opensearch'), freePort(), freePort()]);
  const url = `http://127.0.0.1:${port}`;
  const path = [join(installed, 'classes'), join(installed, 'jars', '*')].join(':');
  const server = await startServer({
    name: `OpenSearch on port ${port}`,
    command: 'java',
    words: ['-Xms1g', '-Xmx1g', '-cp', path, 'OpenSearchNode', folder, String(port), String(transport)],
    folder,
    seconds: 180,
    ask: () => askVersion(url),
  });
  return { url, stop: () => server.stop(), source: 'opensearch and opensearch-knn from Maven' };
}

async function askVersion(url: string): Promise<string> {
  const { version } = (await (await fetch(url)).json()) as { readonly version: { readonly number: string } };
  return version.number;
}
