import type { Exceptions } from '@vsm/core/adapter';

/** Where Qdrant's answers mean something else than their status says. */
export const exceptions: Exceptions = ({ status, text }) => {
  switch (status) {
    case 401:
      return { hint: 'set apiKey or QDRANT_API_KEY' };
    case 403:
      // The strict mode answers 403 like a missing right, but there it is the size of the request.
      if (/limit exceeded/i.test(text)) return { code: 'REMOTE_FAILED', tooLarge: /batchsize/.test(text), hint: '' };
      return { hint: 'the API key lacks this right, or the collection is locked' };
    case 400:
      return /larger than allowed/.test(text) ? { tooLarge: true } : undefined;
    case 202:
      // A success that only says that the operation waits for its turn.
      return { retryable: true };
    default:
      return undefined;
  }
};
