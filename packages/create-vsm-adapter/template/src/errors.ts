import { RemoteError, VsmError } from '@vsm/core/adapter';
import { ServerError } from './server.ts';

/**
 * Asks the server, and makes of its error what VSM understands. The only place where a status is read, and nothing is tried again here:
 * core does that where `retryable` says so.
 */
export async function ask<Answer>(what: string, question: () => Promise<Answer>): Promise<Answer> {
  try {
    return await question();
  } catch (error) {
    throw toVsmError(error, what);
  }
}

// TODO 2 (lifecycle/, errors/): what each status of Acme means. A message says what was attempted and what came back, never a key.
function toVsmError(cause: unknown, what: string): unknown {
  // A fault of this adapter is none of the server.
  if (!(cause instanceof ServerError)) return cause;
  const { status } = cause;
  const message = `acme: cannot ${what}: ${cause.message}`;
  const facts = { adapter: 'acme', cause };
  if (status === 401 || status === 403) return new VsmError('UNAUTHORIZED', `${message}; check ACME_API_KEY`, facts);
  if (status === 404) return new VsmError('NOT_FOUND', message, facts);
  if (status === 409) return new VsmError('CONFLICT', message, facts);
  const retryable = status === undefined || status === 429 || status >= 500;
  return new RemoteError(message, { ...facts, status, retryable, tooLarge: status === 413 });
}
