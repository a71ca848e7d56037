import { stringifyJson } from '@vsm/core/adapter';

/** What JSON allows in a text, and a terminal may act upon. */
const UNSEEN = /[\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/g;

/**
 * Any result as one JSON document. Integers beyond 2^53 keep their digits, and `1.0` its point, so that a plan can be read again;
 * what a terminal might act upon is escaped, which changes nothing for a parser.
 */
export function asJson(value: object): string {
  return stringifyJson(value as never).replaceAll(
    UNSEEN,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
