import { stringifyJson } from '@vsm/core/adapter';

/** Any result as one JSON document. Integers beyond 2^53 keep their digits, and `1.0` its point, so that a plan can be read again. */
export function asJson(value: object): string {
  return stringifyJson(value as never);
}
