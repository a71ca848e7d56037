import { connectionFailure, VsmError, type Attempt, type Exceptions } from '@vsm/core/adapter';

/** Where Pinecone's answers mean something else than their status says. */
export const exceptions: Exceptions = ({ status, text }) => {
  switch (status) {
    case 400:
      return { tooLarge: /request size|message length too large|maximum supported size/i.test(text) };
    case 401:
      return { hint: 'set `apiKey` or PINECONE_API_KEY' };
    case 403:
      return forbidden(text);
    case 429:
      // What a plan includes for a month, or holds at most, is not back in a moment.
      return /month|quota|max(imum)? storage|upgrade/i.test(text)
        ? { retryable: false, hint: 'the quota of the plan is used up' }
        : undefined;
    default:
      return undefined;
  }
};

function forbidden(text: string): ReturnType<Exceptions> {
  const code = 'REMOTE_FAILED';
  if (/read-?\s?only|paused|suspended|disabled/i.test(text))
    return { code, hint: 'the project is read-only or paused' };
  if (/quota|limit|upgrade|capacity/i.test(text)) return { code, hint: 'a quota of the project is used up' };
  if (/deletion protection/i.test(text)) return { code, hint: 'turn the deletion protection of the index off first' };
  return { hint: 'the API key lacks this right, or the project is read-only or paused' };
}

/** The error of a call that the client gave up before it sent anything. */
export function clientFailure(attempt: Attempt, cause: unknown): VsmError {
  if (!(cause instanceof Error) || cause.name !== 'PineconeArgumentError') return connectionFailure(attempt, cause);
  const { adapter, action } = attempt;
  return new VsmError('INVALID_OPTIONS', `${adapter}: cannot ${action}: ${cause.message}`, { adapter, cause });
}
