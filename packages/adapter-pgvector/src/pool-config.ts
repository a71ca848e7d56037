import { existsSync, readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { VsmError } from '@vsm/core/adapter';
import type { PoolConfig } from 'pg';
import type { ConnectionUrl } from './connection-url.ts';

export interface PoolSettings {
  readonly config: PoolConfig;
  /** TLS was a wish (`sslmode=prefer`): a server that has none is used without. */
  readonly plainToo: boolean;
}

/** Settings for `pg` that mean what the parameters mean to `psql`. What other drivers add (`pgbouncer=true`) is left out. */
export function poolSettings({ user, password, host, port, database, parameters }: ConnectionUrl): PoolSettings {
  const options = parameters.get('options');
  const seconds = Number(parameters.get('connect_timeout') ?? 0);
  return {
    config: {
      user,
      password,
      host: host ?? localSocket(port),
      port,
      database,
      ssl: tlsOf(parameters),
      application_name: parameters.get('application_name') ?? 'vsm',
      ...(options !== undefined && { options }),
      ...(seconds > 0 && { connectionTimeoutMillis: seconds * 1000 }),
      ...(parameters.get('channel_binding') === 'require' && { enableChannelBinding: true }),
    },
    plainToo: ['allow', 'prefer'].includes(parameters.get('sslmode') ?? ''),
  };
}

/** Where packages of Postgres put their socket; `undefined` leaves the choice to `pg`. */
function localSocket(port = 5432): string | undefined {
  if (process.env['PGHOST'] !== undefined) return undefined;
  return ['/var/run/postgresql', '/tmp'].find((folder) => existsSync(`${folder}/.s.PGSQL.${port}`));
}

const MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'];

/** https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION; `undefined` leaves it to `PGSSLMODE`. */
function tlsOf(parameters: ReadonlyMap<string, string>): boolean | ConnectionOptions | undefined {
  const mode = parameters.get('sslmode') ?? modeOfFlag(parameters);
  if (mode === undefined) return undefined;
  if (!MODES.includes(mode)) throw invalid(`there is no sslmode "${mode}", only ${MODES.join(', ')}`);
  if (mode === 'disable') return false;
  const root = parameters.get('sslrootcert');
  const own = root !== undefined && root !== 'system';
  const files = {
    ...(own && { ca: readFile('sslrootcert', root) }),
    ...(parameters.has('sslcert') && { cert: readFile('sslcert', parameters.get('sslcert') ?? '') }),
    ...(parameters.has('sslkey') && { key: readFile('sslkey', parameters.get('sslkey') ?? '') }),
    ...(parameters.has('sslpassword') && { passphrase: parameters.get('sslpassword') ?? '' }),
  };
  if (mode === 'verify-full' || (root === 'system' && mode !== 'no-verify')) return files;
  // With a certificate to hold against, "require" means "verify-ca": of an authority that is trusted, whatever the name in it.
  if (mode === 'verify-ca' || (mode === 'require' && own)) return { ...files, checkServerIdentity: () => undefined };
  return { ...files, rejectUnauthorized: false };
}

/** `ssl=true`, as Java and Node write it. */
function modeOfFlag(parameters: ReadonlyMap<string, string>): string | undefined {
  const flag = parameters.get('ssl');
  if (flag === 'true' || flag === '1') return 'require';
  if (flag === 'false' || flag === '0') return 'disable';
  if (flag !== undefined) return flag;
  return parameters.has('sslrootcert') ? 'verify-full' : undefined;
}

function readFile(parameter: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { message } = cause as Error;
    throw invalid(`${parameter} names a file that cannot be read: ${message}`, cause);
  }
}

function invalid(what: string, cause?: unknown): VsmError {
  return new VsmError('INVALID_OPTIONS', `pgvector: the url cannot be used: ${what}`, { adapter: 'pgvector', cause });
}
