/** Text of a server as it may stand in a message: in one line, without what moves a terminal's cursor, and not without end. */
export function printable(text: string, most: number): string {
  // Cut first, so that megabytes are not looked at; whitespace may halve what is left.
  const line = text
    .slice(0, 4 * most)
    // oxlint-disable-next-line no-control-regex
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ')
    .replaceAll(/ {2,}/g, ' ')
    .trim();
  return line.length > most ? `${line.slice(0, most).toWellFormed()}…` : line;
}

/** What a server says in the body of a failed answer, wherever its kind of server puts it. */
export function serverText(body: string, contentType: string | undefined): string {
  if (contentType?.includes('html') === true || /^\s*<(!doctype|html)/i.test(body)) return htmlText(body);
  try {
    return messageIn(JSON.parse(body), 0) ?? body;
  } catch {
    return body;
  }
}

const KEYS = ['message', 'reason', 'error', 'status', 'detail'] as const;

function messageIn(value: unknown, depth: number): string | undefined {
  if (typeof value === 'string' && depth > 0) return value === '' ? undefined : value;
  if (typeof value !== 'object' || value === null || depth > 3) return undefined;
  if (Array.isArray(value)) return messageIn(value[0], depth + 1);
  for (const key of KEYS) {
    const found = messageIn((value as Readonly<Record<string, unknown>>)[key], depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The words of a page, which a gateway answered. */
function htmlText(page: string): string {
  return page
    .slice(0, 10_000)
    .replaceAll(/<(style|script|head)[\s\S]*?<\/\1>/gi, ' ')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

const HARMLESS = /^(accept|content-type|user-agent)$/i;

/** Takes the values of headers out of a text, since a server may say back what it was told. */
export function createMask(headers: Readonly<Record<string, string>>): (text: string) => string {
  const secrets = Object.entries(headers)
    .filter(([name]) => !HARMLESS.test(name))
    // `Bearer KEY` hides the key alone as well.
    .flatMap(([, value]) => [value, ...value.split(' ').slice(1)])
    .filter((value) => value.length >= 4)
    .toSorted((left, right) => right.length - left.length);
  return (text) => secrets.reduce((masked, secret) => masked.replaceAll(secret, '***'), text);
}
