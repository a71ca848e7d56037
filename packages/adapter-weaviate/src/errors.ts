import type { Exceptions } from '@vsm/core/adapter';

/** Where Weaviate's answers mean something else than their status says. */
export const exceptions: Exceptions = ({ status, text }) => {
  if (status === 401 && /no authentication scheme is configured/i.test(text)) {
    return { hint: 'the server has no keys and refuses one: leave the key out' };
  }
  if (status === 422 && /already (exists|in use)/i.test(text)) return { code: 'CONFLICT' };
  // Where there is no class at all, nothing can be asked for one.
  if (status === 422 && /could not find class|class .* not found|no graphql provider/i.test(text)) {
    return { code: 'NOT_FOUND' };
  }
  // The vector index refuses a length with the status of a broken server.
  if (status === 500 && /dimensions do not match|vector lengths/i.test(text)) return { retryable: false };
  return undefined;
};

/** What an object is refused for that has nothing to do with the object: the batch is given up. */
export const STORE_IS_READ_ONLY: RegExp = /store is read-?only|disk .*(?:full|threshold)/i;

/** The same for what passes. */
export const PASSING: RegExp =
  /deadline exceeded|timed? ?out|unavailable|connection (?:refused|reset)|no leader|leader not found|still loading/i;

/** What a query is refused for where there is no such class. */
export const NO_SUCH_CLASS: RegExp = /^Cannot query field .* on type "(?:Get|Aggregate)ObjectsObj"/;
