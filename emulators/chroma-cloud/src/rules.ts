import type { IncomingMessage } from 'node:http';
import type { ChromaCloudOptions, Key } from './options.ts';

/** An answer that does not come from the server behind. */
export interface Refusal {
  readonly status: number;
  readonly error?: string;
  readonly message?: string;
  /** Instead of an error. */
  readonly answer?: unknown;
}

const PATH = /^\/api\/v2\/tenants\/([^/?]+)\/databases(?:\/([^/?]+))?(?:\/([^?]*))?/;
/** Verbs of a collection that change nothing. */
const READS = /^collections(?:\/[^/]+(?:\/(?:get|query|count|search))?)?$/;

/** What the key, the path and the quotas say about a request; `undefined` lets it pass. */
export function refusalOf(
  request: IncomingMessage,
  body: Buffer,
  { keys, readQuota }: ChromaCloudOptions,
): Refusal | undefined {
  const { method, url = '' } = request;
  const token = String(request.headers['x-chroma-token'] ?? '');
  const key = Object.hasOwn(keys, token) ? keys[token] : undefined;
  if (key === undefined) return { status: 401, error: 'AuthError', message: 'Unauthorized' };
  if (url.startsWith('/api/v2/auth/identity')) {
    return { status: 200, answer: { user_id: 'user', tenant: key.tenant, databases: key.databases } };
  }
  const [, tenant = '', database, rest = ''] = PATH.exec(url) ?? [];
  if (tenant === '') return method === 'GET' ? undefined : forbidden();
  if (decodeURIComponent(tenant) !== key.tenant) return forbidden();
  if (database === undefined) return method === 'GET' && key.lists ? undefined : forbidden();
  if (!sees(key, decodeURIComponent(database))) return forbidden();
  const verb = rest.split('/')[2];
  const isRead =
    READS.test(rest) && (method === 'GET' || (method === 'POST' && verb !== undefined && verb !== 'count'));
  if (!isRead) return forbidden();
  return method === 'POST' ? overQuota(verb ?? '', JSON.parse(body.toString()) as ReadBody, readQuota) : undefined;
}

interface ReadBody {
  readonly limit?: number | null;
  readonly ids?: readonly string[] | null;
  readonly n_results?: number;
}

/** In the words of Chroma Cloud, as quoted in https://github.com/RailtownAI/railtracks/issues/1180. */
function overQuota(verb: string, { limit, ids, n_results }: ReadBody, quota: number): Refusal | undefined {
  const exceeded = (kind: string, action: string, usage: number): Refusal | undefined =>
    usage <= quota
      ? undefined
      : {
          status: 422,
          error: 'QuotaExceededError',
          message: `Quota exceeded: '${kind}' exceeded quota limit for action '${action}': current usage of ${usage} exceeds limit of ${quota}`,
        };
  if (verb === 'query') return exceeded('Number of results', 'Query', n_results ?? 10);
  return exceeded('Limit value', 'Get', limit ?? ids?.length ?? Number.MAX_SAFE_INTEGER);
}

function sees(key: Key, database: string): boolean {
  return key.databases.includes('*') || key.databases.includes(database);
}

function forbidden(): Refusal {
  return { status: 403, error: 'AuthError', message: 'Forbidden' };
}
