import { stringifyJson } from '@vsm/core/adapter';

/** Any result as one JSON document; integers beyond 2^53 keep their digits. */
export function asJson(value: object): string {
  return stringifyJson(JSON.parse(JSON.stringify(value, bigintAsText)) as never);
}

function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
