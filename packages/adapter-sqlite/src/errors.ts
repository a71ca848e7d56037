import { own, RemoteError, VsmError, type VsmErrorCode } from '@vsm/core/adapter';
import { FULL_DISK_ADVICE, sqliteCode } from '@vsm/core/files';

const ADAPTER = { adapter: 'sqlite' } as const;

/** What the primary result codes of SQLite are called; node:sqlite gives numbers, libSQL names. */
const NAMES: Readonly<Record<number, string>> = {
  3: 'PERM',
  5: 'BUSY',
  6: 'LOCKED',
  8: 'READONLY',
  10: 'IOERR',
  11: 'CORRUPT',
  13: 'FULL',
  14: 'CANTOPEN',
  17: 'SCHEMA',
  18: 'TOOBIG',
  19: 'CONSTRAINT',
  20: 'MISMATCH',
  23: 'AUTH',
  26: 'NOTADB',
};

const HINTS: Readonly<Record<string, string>> = {
  READONLY:
    'Check that this user may write the file and its folder; where a process died while it wrote, SQLite must roll back before anything is read.',
  CANTOPEN: 'Check the folder and the permissions.',
  FULL: FULL_DISK_ADVICE,
  NOTADB: 'The file is no SQLite database, or is encrypted.',
  CORRUPT: 'Check the file with PRAGMA integrity_check.',
};

/** The only place where a result code is read. `what` names the attempt, and `path` the file where there is one. */
export function toVsmError(what: string, cause: unknown, path?: string): VsmError {
  if (VsmError.isInstance(cause)) return cause;
  const error = cause instanceof Error ? cause : new Error(String(cause));
  const code = resultCode(error);
  const known = own(HINTS, code);
  const hint = known === undefined ? '' : ` ${known}`;
  const where = code === 'FULL' && path !== undefined ? ` in ${path}` : '';
  const message = `sqlite: ${what}${where}: ${error.message}${code === '' ? '' : ` (${code})`}.${hint}`;
  const named = (kind: VsmErrorCode): VsmError => new VsmError(kind, message, { ...ADAPTER, cause });
  if (/no such table/.test(error.message)) return named('NOT_FOUND');
  if (/^(?:.*: )?(?:table|there is already)\b.* already|already exists$/.test(error.message)) return named('CONFLICT');
  if (/unknown function: libsql_vector_idx/.test(error.message)) {
    return new VsmError(
      'UNSUPPORTED',
      `sqlite: ${what}: the table has a libSQL vector index, which only libSQL can keep up to date. Open it as libsql: instead.`,
      { ...ADAPTER, cause },
    );
  }
  const status = httpStatus(error);
  if (status === 401 || status === 403 || code === 'AUTH') return named('UNAUTHORIZED');
  const retryable =
    code === 'BUSY' ||
    code === 'LOCKED' ||
    code === 'SCHEMA' ||
    status === 429 ||
    (status ?? 0) >= 500 ||
    lostConnection(error);
  return new RemoteError(message, { ...ADAPTER, cause, retryable, status });
}

/** The engine's words where it refuses values, so that one of the records does not fit; `undefined` for every other error. */
export function dataProblem(error: unknown): string | undefined {
  const cause = error instanceof RemoteError ? error.cause : undefined;
  if (!(cause instanceof Error)) return undefined;
  const refused = /^(?:CONSTRAINT|MISMATCH|TOOBIG)$/.test(resultCode(cause)) || VEC0_REFUSAL.test(cause.message);
  return refused ? cause.message : undefined;
}

/** sqlite-vec has no codes of its own. */
const VEC0_REFUSAL = /^(?:Expected|Dimension mismatch|UNIQUE constraint failed|The \S+ virtual table was declared)/;

/** What SQLite calls the reason, such as `READONLY`; empty where it names none. */
export function resultCode(error: unknown): string {
  const number = sqliteCode(error);
  if (number !== undefined) return NAMES[number] ?? '';
  const [, name = ''] =
    error instanceof Error && 'code' in error && typeof error.code === 'string'
      ? (/^SQLITE_([A-Z]+)/.exec(error.code) ?? [])
      : [];
  return name === 'ERROR' ? '' : name;
}

function httpStatus(error: Error): number | undefined {
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    if ('status' in current && typeof current.status === 'number') return current.status;
    const [, digits] = /\bHTTP status (\d{3})\b/.exec(current.message) ?? [];
    if (digits !== undefined) return Number(digits);
  }
  return undefined;
}

function lostConnection(error: Error): boolean {
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    const code = 'code' in current ? String(current.code) : '';
    if (/^(?:ECONN\w+|ENOTFOUND|EAI_AGAIN|EPIPE|ETIMEDOUT|UND_ERR_\w+|HRANA_WEBSOCKET_ERROR)$/.test(code)) return true;
    if (/^fetch failed$/.test(current.message)) return true;
  }
  return false;
}

export function sqliteError(code: VsmErrorCode, message: string, cause?: unknown): VsmError {
  return new VsmError(code, `sqlite: ${message}`, { ...ADAPTER, cause });
}
