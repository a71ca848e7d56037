import { startElasticsearchEmulator } from '@vsm/emulator-elasticsearch';
import { afterAll, afterEach } from 'vitest';
import { ask, isOpenSearch } from './rest.ts';

/** A server that a variable names, for `npm run test:servers`. */
export const given: string | undefined = process.env['ELASTICSEARCH_URL'] ?? process.env['OPENSEARCH_URL'];

export interface TestServer {
  readonly url: string;
  close(): Promise<void>;
}

/** The named server, or else one that stands in for it. */
export async function startTestServer(apiKey?: string): Promise<TestServer> {
  if (given !== undefined) return { url: given, close: async () => undefined };
  return startElasticsearchEmulator(apiKey === undefined ? {} : { apiKey });
}

export interface TestIndex {
  readonly server: TestServer;
  readonly opensearch: boolean;
  readonly index: string;
  readonly copy: string;
}

/** A server for the tests of a file, and names of an index and its copy, which are deleted after each of them. */
export async function testIndex(file: string): Promise<TestIndex> {
  const server = await startTestServer();
  afterAll(() => server.close());
  const index = `vsm-${file}-${process.pid}`;
  const copy = `${index}-copy`;
  afterEach(async () => {
    for (const name of [index, copy]) await ask(server.url, 'DELETE', name);
  });
  return { server, opensearch: await isOpenSearch(server.url), index, copy };
}
