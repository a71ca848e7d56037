import { invalidOption } from '@vsm/core/adapter';

/** As much as is needed of the class of `@qdrant/js-client-rest`. */
export interface ReadyQdrantClient {
  api(): { root(arguments_: object, init?: RequestInit): Promise<unknown> };
}

/** The address that the client has in a private field, prefix included. */
export function addressOf(client: ReadyQdrantClient): string {
  const address: unknown = Reflect.get(client, '_restUri');
  if (typeof address === 'string' && typeof client.api === 'function') return address;
  throw invalidOption(
    'qdrant',
    '`client` must be a QdrantClient of @qdrant/js-client-rest; give `url` and `apiKey` for others',
  );
}

/** What `fetch` itself adds to every request. */
const OF_FETCH = /^(accept|accept-.*|connection|content-.*|host|sec-.*|user-agent)$/i;

/**
 * The headers that the client sends, its key among them, which it keeps to itself: it is made to ask for something, and the request is
 * taken away from it before it goes out.
 */
export async function headersOf(client: ReadyQdrantClient): Promise<Record<string, string>> {
  let taken: Readonly<Record<string, unknown>> | undefined;
  const dispatcher = {
    dispatch({ headers }: { readonly headers: Readonly<Record<string, unknown>> }): never {
      taken = headers;
      throw new Error('taken');
    },
  };
  await client
    .api()
    .root({}, { dispatcher } as unknown as RequestInit)
    .catch(() => undefined);
  if (taken === undefined)
    throw invalidOption('qdrant', '`client` does not tell its headers; give `url` and `apiKey` instead');
  return Object.fromEntries(
    Object.entries(taken)
      .filter((entry): entry is [string, string] => typeof entry[1] === 'string' && !OF_FETCH.test(entry[0]))
      .map(([name, value]) => [name.toLowerCase(), value]),
  );
}
