import { connectionFailure, RemoteError, VsmError, type Attempt, type VsmErrorCode } from '@vsm/core/adapter';

const ADAPTER = { adapter: 'redis' } as const;

/** Words with which a server refuses what it may do later: https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors */
const PASSING = /^(?:LOADING|BUSY|TRYAGAIN|CLUSTERDOWN|MASTERDOWN|NOREPLICAS|MISCONF|READONLY|OOM|UNKILLABLE)\b/;

const HINTS: readonly (readonly [RegExp, string])[] = [
  [/^OOM\b/, 'the server is at its maxmemory'],
  [/^READONLY\b/, 'this server is a replica: write to its master'],
  [/^NOAUTH\b/, 'the server asks who you are; set REDIS_PASSWORD, and REDIS_USERNAME for a user of an ACL'],
  [/^WRONGPASS\b/, 'check REDIS_USERNAME and REDIS_PASSWORD'],
  [/^NOPERM\b/, "the user's ACL lacks this command or these keys"],
];

/** The only place where an error of the server or of the connection is read. */
export function toVsmError(attempt: Attempt, cause: unknown): VsmError {
  if (VsmError.isInstance(cause)) return cause;
  const said = cause instanceof Error ? cause.message : String(cause);
  const hint = HINTS.find(([pattern]) => pattern.test(said))?.[1];
  const message = `redis: cannot ${attempt.action}: ${said} (${attempt.location})${hint === undefined ? '' : `; ${hint}`}`;
  const named = (code: VsmErrorCode): VsmError => new VsmError(code, message, { ...ADAPTER, cause });
  if (/^(?:MOVED|ASK|CROSSSLOT)\b/.test(said)) return clusterRefusal(attempt.location, cause);
  if (/^(?:NOAUTH|WRONGPASS|NOPERM)\b|^ERR (?:AUTH|invalid password)/.test(said)) return named('UNAUTHORIZED');
  if (/unknown index name|no such index/i.test(said)) return named('NOT_FOUND');
  if (/index already exists/i.test(said)) return named('CONFLICT');
  if (/DB index is out of range/.test(said)) return named('INVALID_OPTIONS');
  if (LOST.test(said)) return new RemoteError(message, { ...ADAPTER, cause, retryable: true });
  if (cause instanceof Error && isLost(cause)) return connectionFailure(attempt, cause);
  return new RemoteError(message, { ...ADAPTER, cause, retryable: PASSING.test(said) });
}

/** Whether the connection failed, as against what the server said. ioredis has no code for most of these. */
export function isLost(error: Error): boolean {
  return 'code' in error || LOST.test(error.message);
}

const LOST = /^(?:Connection is closed|Command timed out|Stream isn't writeable|connect ETIMEDOUT|Socket timeout)/;

export function clusterRefusal(location: string, cause?: unknown): VsmError {
  return redisError(
    'UNSUPPORTED',
    `${location} is a node of a Redis Cluster, whose keys lie on several servers. Clusters are neither read nor written: bring its keys into a single server first.`,
    cause,
  );
}

export function redisError(code: VsmErrorCode, message: string, cause?: unknown): VsmError {
  return new VsmError(code, `redis: ${message}`, { ...ADAPTER, cause });
}
