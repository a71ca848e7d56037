import { VsmError, type Exceptions } from '@vsm/core/adapter';

/** Where Chroma's answers mean something else than their status says. */
export const exceptions: Exceptions = ({ status, text }) => {
  if (status === 401 || status === 403) return { hint: 'check the API key, the tenant and the database' };
  if (/too many sql variables|payload too large|quota exceeded: 'number of records/i.test(text))
    return { tooLarge: true };
  return undefined;
};

/**
 * How many records to ask for where `asked` were more than the quota of a hosted server; `undefined` where that was not the reason.
 * Chroma Cloud answers 422 with "Quota exceeded: 'Limit value' exceeded quota limit for action 'Get': current usage of 1056 exceeds limit of
 * 300" (as quoted in https://github.com/RailtownAI/railtracks/issues/1180).
 */
export function smallerRead(error: unknown, asked: number): number | undefined {
  if (!VsmError.isInstance(error) || !/quota exceeded/i.test(error.message) || asked <= 1) return undefined;
  const [, usage, limit] = /current usage of (\d+) exceeds limit of (\d+)/.exec(error.message) ?? [];
  // The quota of something else, such as the conditions of a filter.
  if (usage !== undefined && Number(usage) !== asked) return undefined;
  const allowed = Number(limit ?? 0);
  return allowed >= 1 && allowed < asked ? allowed : Math.floor(asked / 2);
}
