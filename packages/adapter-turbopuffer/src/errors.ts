import type { Exceptions } from '@vsm/core/adapter';

/** Where Turbopuffer's answers mean something else than their status says. */
export const exceptions: Exceptions = ({ status }) => {
  if (status === 401) return { hint: 'set `apiKey` or TURBOPUFFER_API_KEY, and the region that the key is for' };
  // Over 2 GB that are not indexed yet: https://turbopuffer.com/docs/limits
  if (status === 429) return { hint: 'the namespace takes no more until it is indexed, or too many requests came' };
  return undefined;
};
