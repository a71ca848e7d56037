import { redact } from '../secrets.ts';

const REMOVED = '(removed)';

/** Names under which people keep secrets, in any spelling: `apiKey`, `api_key`, `PGPASSWORD`, `Authorization`. */
const SECRET_NAME =
  /pass(?:word|wd|phrase)?$|pwd$|secret|token$|api[-_ ]?key|auth(?:orization)?$|credential|private[-_ ]?key|access[-_ ]?key/i;

/** Shorter values stand in too many places where they are no secret. */
const SHORTEST_SECRET = 6;

export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/**
 * Copies `value` without secrets: what stands under a secret name, passwords and keys inside URLs, and every text that is the
 * value of an environment variable with a secret name.
 */
export function withoutSecrets<Value>(value: Value, environment: NodeJS.ProcessEnv = process.env): Value {
  const known = Object.entries(environment)
    .flatMap(([name, secret]) =>
      isSecretName(name) && secret !== undefined ? [secret, encodeURIComponent(secret)] : [],
    )
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .toSorted((left, right) => right.length - left.length);
  return copy(value, (text) =>
    known.reduce((masked, secret) => masked.replaceAll(secret, REMOVED), maskUrls(redact(text))),
  );
}

/** `scheme://user:password@host` and `?api_key=…`, wherever in a text they stand. */
function maskUrls(text: string): string {
  return text
    .replaceAll(/(\/\/[^/:@\s]*:)[^/\s]*@/g, `$1***@`)
    .replaceAll(/([?&;\s]|^)([\w.-]+)=([^&;\s]+)/g, (whole, before: string, name: string) =>
      isSecretName(name) ? `${before}${name}=${REMOVED}` : whole,
    )
    .replaceAll(/\b(bearer)\s+[\w.~+/=-]{6,}/gi, `$1 ${REMOVED}`);
}

function copy<Value>(value: Value, mask: (text: string) => string): Value {
  if (typeof value === 'string') return mask(value) as Value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => copy(item, mask)) as Value;
  // A number that knows that it is a float, for one.
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  const entries = Object.entries(value).map(([name, item]): [string, unknown] => [
    mask(name),
    // Only a text can be a secret: a metadata field of that name has a type, which is none.
    isSecretName(name) && typeof item === 'string' && item !== '' ? REMOVED : copy(item as unknown, mask),
  ]);
  return Object.fromEntries(entries) as Value;
}
