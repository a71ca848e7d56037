/** Names of options and parameters whose values are secrets. */
const SECRET_NAME = /^(?:.*[-_.])?(?:api[-_]?key|apikey|key|token|secret|password|passwd|pwd|pass|credentials?)$/i;

export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name) || /(?:password|apikey|token|secret)$/i.test(name);
}

const MASK = '***';

/** Where Postgres has a user, whom one may see, other stores could only have a key. */
const WITH_USERS = /^postgres(?:ql)?:/i;

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where in a location the secrets stand: a password in front of the host, values of parameters that sound like one. */
function secretSpans(location: string): Span[] {
  const spans: Span[] = [];
  // In front of a host of Postgres, a # is a character like any other.
  const before = location.search(WITH_USERS.test(location) ? /\?/ : /[?#]/);
  const head = before === -1 ? location : location.slice(0, before);
  const from = head.indexOf('//') === -1 ? -1 : head.indexOf('//') + 2;
  if (from !== -1) {
    const slash = head.indexOf('/', from);
    const authority = slash === -1 ? head.length : slash;
    // A slash in a password should have been %2F; then what stands behind the colon is no port, and an @ follows later.
    const broken = !head.slice(from, authority).includes('@') && /:(?!\d*$)/.test(head.slice(from, authority));
    const at = head.lastIndexOf('@', broken ? head.length : authority - 1);
    if (at > from) {
      const colon = head.indexOf(':', from);
      if (colon !== -1 && colon < at) spans.push({ start: colon + 1, end: at });
      else if (!WITH_USERS.test(location)) spans.push({ start: from, end: at });
    }
  }
  for (const match of location.matchAll(/[?&]([^=&#]+)=([^&#]*)/g)) {
    const [whole, name = '', value = ''] = match;
    if (value !== '' && isSecretName(decoded(name))) {
      const end = match.index + whole.length;
      spans.push({ start: end - value.length, end });
    }
  }
  return spans.filter(({ start, end }) => end > start);
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

const known = new Set<string>();

/** Remembers a secret, so that {@link redact} takes it out of everything that is printed. */
export function rememberSecret(secret: string | undefined, visible = ''): void {
  // A password that is also the user's or the database's name hides nothing, and masking it would garble both.
  if (secret === undefined || secret.length < 3 || visible.includes(secret)) return;
  known.add(secret);
}

export function rememberSecretsOf(location: string): void {
  const visible = maskLocation(location);
  for (const { start, end } of secretSpans(location)) {
    rememberSecret(location.slice(start, end), visible);
    rememberSecret(decoded(location.slice(start, end)), visible);
  }
}

const ENVIRONMENT = /^(?:CHROMA|QDRANT|PINECONE|VSM_SOURCE|VSM_TARGET)_API_KEY$|^PGPASSWORD$/;

export function rememberEnvironment(environment: NodeJS.ProcessEnv): void {
  for (const [name, value] of Object.entries(environment)) if (ENVIRONMENT.test(name)) rememberSecret(value);
}

/** Passwords in URLs, and values behind names that mean secrets, in text of whatever origin. */
const LOOKS_SECRET: readonly RegExp[] = [
  /(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@"'?#]*:)[^\s/@"']+(?=@)/gi,
  /((?:api[-_]?key|[-_]token|password|passwd|secret)["']?\s*[:=]\s*["']?)(?!\$\{)[^\s"',;&}]+/gi,
  /(\bbearer\s+)[\w.~+/=-]{6,}/gi,
];

/** The text without any secret that is known, and without what looks like one. */
export function redact(text: string): string {
  return LOOKS_SECRET.reduce((clean, pattern) => clean.replaceAll(pattern, `$1${MASK}`), redactKnown(text));
}

/** For results, which are data: only secrets that are known are taken out, so that no record's text is mistaken for one. */
export function redactKnown(text: string): string {
  let clean = text;
  for (const secret of known) {
    for (const form of new Set([secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])) {
      // A whole word only: a short password must not cut holes into other words.
      clean = clean.replaceAll(new RegExp(`(?<![A-Za-z0-9])${escape(form)}(?![A-Za-z0-9])`, 'g'), MASK);
    }
  }
  return clean;
}

function escape(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
