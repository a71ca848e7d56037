import type { Exceptions } from '@vsm/core/adapter';

/** Where Upstash's answers mean something else than their status says. */
export const exceptions: Exceptions = ({ status, text }) => {
  if (status === 401) return { hint: 'check the token of the index, or e-mail and key of the account' };
  // What a plan includes for a day or a month is not back in a moment.
  if (status === 429 && /daily|month|upgrade/i.test(text)) {
    return { retryable: false, hint: 'a limit of the plan is used up' };
  }
  if ((status === 400 || status === 422) && /too large|exceeds? .*size|body .*large/i.test(text))
    return { tooLarge: true };
  return undefined;
};
