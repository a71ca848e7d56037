import { createHash } from 'node:crypto';
import { invalidOption } from '@vsm/core/adapter';
import { ADAPTER, type ElasticsearchOptions, type Sign } from './options.ts';

/** Of https://github.com/mhart/aws4, which reads the credentials from the environment. */
interface Aws4 {
  sign(request: object): { readonly headers: Readonly<Record<string, string | number>> };
}

/** The function that signs; loads what it needs with the first request. */
export function createSigner(sign: ElasticsearchOptions['sign']): Sign | undefined {
  if (sign === undefined || typeof sign === 'function') return sign;
  let loaded: Promise<Aws4> | undefined;
  return async ({ method, url, body }) => {
    const aws4 = await (loaded ??= load());
    const { host, pathname, search } = new URL(url);
    const headers = {
      // What goes out with every body, and is signed with it.
      ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      'x-amz-content-sha256': createHash('sha256')
        .update(body ?? '')
        .digest('hex'),
    };
    const signed = aws4.sign({ ...sign, method, host, path: pathname + search, headers, body });
    return Object.fromEntries(Object.entries(signed.headers).map(([name, value]) => [name.toLowerCase(), `${value}`]));
  };
}

async function load(): Promise<Aws4> {
  try {
    // @ts-expect-error -- it comes without types
    const module = (await import('aws4')) as Aws4 & { readonly default?: Aws4 };
    return module.default ?? module;
  } catch (cause) {
    throw invalidOption(ADAPTER, 'signing for AWS takes the package aws4: npm install aws4', cause);
  }
}
