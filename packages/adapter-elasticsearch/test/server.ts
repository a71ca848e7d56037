import { startElasticsearchEmulator } from '@vsm/emulator-elasticsearch';

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
