export type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;
const parse = JSON.parse as (text: string, reviver?: Reviver) => unknown;

/**
 * `JSON.parse` that reads every key right. V8 compares the plain text of an escaped key with a key that it expects there, so that
 * after `{"\\": 1}` a newline for a key is read as a backslash (https://github.com/nodejs/node/issues/63785, seen on Node 24).
 * Texts with an escaped key are rare; in these the keys are replaced before they are parsed, and put back.
 * @throws SyntaxError on malformed text.
 */
export function parseAnyDepth(text: string, reviver?: Reviver): unknown {
  if (!hasEscapedKey(text)) return parse(text, reviver);
  let prefix = 'key';
  while (text.includes(prefix)) prefix += Math.random().toString(36).slice(2);
  const keys: string[] = [];
  const replaced = text.replaceAll(STRING, (token: string, colon: string | undefined) => {
    if (colon === undefined || !token.includes('\\')) return token;
    keys.push(JSON.parse(token.slice(0, token.length - colon.length)) as string);
    return `"${prefix}${keys.length - 1}"${colon}`;
  });
  return withKeys(parse(replaced, reviver), prefix, keys);
}

/** A whole string, and the colon that makes it a key. */
const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?/gs;
const COLON = /\s*:/y;

/** Looks at each string with an escape once, and at no others. */
function hasEscapedKey(text: string): boolean {
  for (let at = text.indexOf('\\'); at !== -1; at = text.indexOf('\\', at)) {
    at = endOfString(text, at);
    COLON.lastIndex = at;
    if (COLON.test(text)) return true;
  }
  return false;
}

/** The place behind the string in which `from` lies. */
function endOfString(text: string, from: number): number {
  for (let quote = text.indexOf('"', from); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let first = quote;
    while (first > from && text[first - 1] === '\\') first -= 1;
    if ((quote - first) % 2 === 0) return quote + 1;
  }
  return text.length;
}

function withKeys(value: unknown, prefix: string, keys: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => withKeys(item, prefix, keys));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key.startsWith(prefix) ? keys[Number(key.slice(prefix.length))] : key,
      withKeys(member, prefix, keys),
    ]),
  );
}
