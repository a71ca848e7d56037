import { MASK, maskLocation } from './location.ts';
import { isSecretName } from './names.ts';

export interface RedactorOptions {
  /** Secrets that the caller knows. Read anew each time, so that it may learn more of them. @default none */
  readonly known?: Iterable<string> | undefined;
  /** Values of variables that are named like secrets are taken out of errors and pages. @default process.env */
  readonly environment?: NodeJS.ProcessEnv | undefined;
}

/** Takes secrets out of what is shown. */
export interface Redactor {
  /** For results, which are data: only secrets that are known go, so that no record's text is mistaken for one. */
  readonly data: (text: string) => string;
  /** For errors and notes, which may quote a server, a driver or a parser: what looks like a secret goes too. */
  readonly text: (text: string) => string;
  /** A copy of a whole document: what stands under a secret name goes too. */
  readonly document: <Value>(value: Value) => Value;
}

/** Shorter values of the environment stand in too many places where they are no secret. */
const SHORTEST_SECRET = 6;
/** From this length on, a secret is found in the middle of a word too: a short password must not cut holes into words. */
const UNMISTAKABLE = 16;

/** Named like secrets, but folders and programs. */
const NO_SECRET = /^(?:OLD)?PWD$|_ASKPASS$/;

export function createRedactor({ known = [], environment = process.env }: RedactorOptions = {}): Redactor {
  const surroundings = Object.entries(environment).flatMap(([name, value = '']) =>
    isSecretName(name) && !NO_SECRET.test(name) && value.length >= SHORTEST_SECRET ? [value] : [],
  );
  const data = (text: string): string => withoutKnown(text, known);
  const text = (given: string): string => withoutLookalikes(withoutKnown(given, [...known, ...surroundings]));
  return { data, text, document: (value) => copy(value, text) };
}

function withoutKnown(text: string, secrets: Iterable<string>): string {
  let clean = text;
  for (const secret of [...secrets].toSorted((left, right) => right.length - left.length)) {
    for (const form of new Set([secret, JSON.stringify(secret).slice(1, -1), encoded(secret)])) {
      const escaped = form.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
      const pattern = form.length >= UNMISTAKABLE ? escaped : `(?<![A-Za-z0-9])${escaped}(?![A-Za-z0-9])`;
      clean = clean.replaceAll(new RegExp(pattern, 'g'), MASK);
    }
  }
  return clean;
}

/** A location in a longer text. A password that has a space in it, and should not, is part of it. */
const LOCATION =
  /(?<![a-z0-9+.-])[a-z][a-z0-9+.-]*:\/\/(?:[^\s"'`<>/?#@]*:(?!\d*(?:[\s"'`<>/?#,;.)]|$))(?:[^\s"'`<>]*@|[^\n"'`<>]*?@))?[^\s"'`<>]*/gi;
const ASSIGNMENT = /(?<![\w.-])([\w.-]+)=(["']?)(?!\$\{)([^\s"',;&}]+)/g;
const BEARER = /(\bbearer\s+)[\w.~+/=-]{6,}/gi;
/** Behind a colon stands prose too, so that fewer names count there. */
const HEADER =
  /((?:api[-_]?key|[-_]token|password|passwd|secret)\\*["']?\s*[:=]\s*\\*["']?)(?!\$\{)(?:\\(?!["'])|[^\s"',;&}\\])+/gi;

function withoutLookalikes(text: string): string {
  return text
    .replaceAll(LOCATION, maskInSentence)
    .replaceAll(BEARER, `$1${MASK}`)
    .replaceAll(ASSIGNMENT, (whole, name: string, quote: string) =>
      isSecretName(name) ? `${name}=${quote}${MASK}` : whole,
    )
    .replaceAll(HEADER, `$1${MASK}`);
}

/** What ends a sentence behind a port does not make a password of it. */
function maskInSentence(found: string): string {
  const [end = ''] = /(?<=:\d+)[.,;:)\]]+$/.exec(found) ?? [];
  return `${maskLocation(found.slice(0, found.length - end.length))}${end}`;
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
    isSecretName(name) && typeof item === 'string' && item !== '' ? MASK : copy(item as unknown, mask),
  ]);
  return Object.fromEntries(entries) as Value;
}

function encoded(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    return text;
  }
}
