import { isSecretParameter } from './names.ts';

/** What stands in the place of a secret. */
export const MASK = '***';

/** Where Postgres and MongoDB have a user, whom one may see, other stores could only have a key. */
const WITH_USERS = /^(?:postgres(?:ql)?|mongodb(?:\+srv)?):/i;

/** Schemes behind which a host stands, also where somebody forgot the slashes. */
const HOSTED = /^(?:chroma|qdrant|postgres(?:ql)?)(?:\+https?)?:\/?(?!\/)/i;

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where in a location the secrets stand. It need not be one that can be parsed: most secrets are typed wrong once. */
function secretSpans(location: string): Span[] {
  const spans = [...parameterSpans(location), ...authoritySpans(location)].filter(({ start, end }) => end > start);
  const merged: Span[] = [];
  for (const span of spans.toSorted((left, right) => left.start - right.start)) {
    const last = merged.at(-1);
    if (last === undefined || span.start >= last.end) merged.push(span);
    else merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
  }
  return merged;
}

/** Values of parameters that sound like a secret. An `&` or `#` in a value that should have been encoded does not end it. */
function parameterSpans(location: string): Span[] {
  const spans: Span[] = [];
  for (const match of location.matchAll(/[?&;#]([^=?&;#/\s]+)=((?:(?![&;][^=?&;#/\s]+=).)*)/gs)) {
    const [whole, name = '', value = ''] = match;
    const end = match.index + whole.length;
    const nested = decoded(value);
    // An encoded location in a parameter cannot be masked in part, since what stands where shows only decoded.
    const hides = nested !== value && authoritySpans(nested).length > 0;
    if (hides || isSecretParameter(decoded(name))) spans.push({ start: end - value.length, end });
  }
  return spans;
}

/** Passwords and keys in front of a host, of the location itself and of one that a parameter holds. */
function authoritySpans(location: string): Span[] {
  const starts = [...location.matchAll(/(?:^|(?<![a-z0-9+.-])[a-z][a-z0-9+.-]*:)\/\//gi)].map(
    ({ 0: { length }, index }) => index + length,
  );
  const [unslashed] = HOSTED.exec(location) ?? [];
  if (unslashed !== undefined && !starts.includes(unslashed.length + 1)) starts.unshift(unslashed.length);
  return starts.flatMap((from, index) => {
    const next = starts[index + 1];
    return authoritySpan(location, from, next === undefined ? location.length : next);
  });
}

function authoritySpan(location: string, from: number, to: number): Span[] {
  const rest = location.slice(from, to);
  const authority = /^[^/?#]*/.exec(rest)?.[0] ?? '';
  const at = userEnd(location, rest, authority);
  const colon = rest.indexOf(':');
  if (at === undefined) {
    // A host has a number behind its colon, if anything; an address of IPv6 has brackets.
    const isPort = /^(?:\[[^\]]*\]|[^:[\]]*)(?::\d*)?$/.test(authority);
    return isPort ? [] : [{ start: from + colon + 1, end: from + authority.length }];
  }
  if (colon !== -1 && colon < at) return [{ start: from + colon + 1, end: from + at }];
  return WITH_USERS.test(location) ? [] : [{ start: from, end: from + at }];
}

/**
 * Where the user and the password end, `undefined` where there are none. In a location that can be parsed that is the last `@` in
 * front of the first `/`, `?` or `#`; where one of these stands in a password that should have been encoded, a later one.
 */
function userEnd(location: string, rest: string, authority: string): number | undefined {
  const own = authority.lastIndexOf('@');
  const query = rest.search(/\?[^=?&@/#]+=/);
  const inFront = query === -1 ? -1 : rest.slice(0, query).lastIndexOf('@');
  // Values of a query may hold an @ of their own.
  const last = inFront === -1 ? rest.lastIndexOf('@') : inFront;
  const behind = rest.slice(authority.length, Math.max(last, authority.length));
  const broken =
    own === -1
      ? /:(?!\d*$)/.test(authority) && !authority.startsWith('[')
      : // What follows is no query and no fragment that any store has; only a path may hold an @ of its own.
        behind.startsWith('#') ||
        (behind.startsWith('?') && !behind.includes('=')) ||
        (behind.startsWith('/') && WITH_USERS.test(location) && !behind.includes('?'));
  const end = broken ? last : own;
  return end === -1 ? undefined : end;
}

/** The location without the secrets that someone put into it. */
export function maskLocation(location: string): string {
  let masked = location;
  for (const { start, end } of secretSpans(location).toReversed()) {
    masked = masked.slice(0, start) + MASK + masked.slice(end);
  }
  return masked;
}

/** What is left of a masked location once its masks are taken out: its secrets come from the environment then. */
export function withoutMasks(location: string): string {
  return location
    .replace(`:${MASK}@`, '@')
    .replace(`//${MASK}@`, '//')
    .replaceAll(/([?&])[^=&#]+=\*\*\*(?=&|#|$)/g, '$1')
    .replace(/\?&+/, '?')
    .replaceAll(/&{2,}/g, '&')
    .replace(/[?&]+$/, '');
}

/** Shorter pieces of a secret give nothing away, and stand in many words. */
const SHORTEST_PIECE = 4;

/**
 * The secrets of a location, as it has them and decoded, so that they can be taken out of whatever is said about it. One that a parser
 * would have cut is told in pieces too, since errors quote the pieces.
 */
export function secretsIn(location: string): string[] {
  const visible = maskLocation(location);
  const secrets = secretSpans(location).flatMap(({ start, end }) => {
    const secret = location.slice(start, end);
    const pieces = secret.split(/[\s/?#@&:;=]+/);
    return [
      secret,
      decoded(secret),
      ...(pieces.length > 1 ? pieces.filter(({ length }) => length >= SHORTEST_PIECE) : []),
    ];
  });
  // A password that is also the user's or the database's name hides nothing, and masking it would garble both.
  return [...new Set(secrets)].filter((secret) => secret.length >= 3 && !visible.includes(secret));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
