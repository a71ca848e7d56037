import { createHash } from 'node:crypto';

const HASH = /,\n {2}"hash": "([0-9a-f]{64})"\n\}\n$/;

/** The printed object, which ends in a line with a brace, with a hash over all of it as its last entry: it vouches for itself. */
export function seal(text: string): string {
  return `${text.slice(0, -2)},\n  "hash": "${hashOf(text)}"\n}\n`;
}

/** The object without its hash, as text; `undefined` where it is not as it was written. */
export function unseal(text: string): string | undefined {
  const end = HASH.exec(text);
  const body = `${text.slice(0, end?.index)}\n}`;
  return end?.[1] === hashOf(body) ? body : undefined;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
