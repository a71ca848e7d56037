import { Float, isMetadataArray, setOwn, shortestDouble, stringifyJson, type MetadataValue } from '@vsm/core/adapter';

export type Json = MetadataValue;
export type JsonObject = { [key: string]: Json };

/** Malformed text; the message is worded as serde_json words it. */
export class JsonSyntaxError extends Error {}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACE = /[ \t\r\n]*/y;
const MAX_DEPTH = 128;
const I64_MIN = -(2n ** 63n);
const U64_MAX = 2n ** 64n - 1n;

/**
 * Parses a request body and keeps 1 and 1.0 apart, with integers exact from int64 to uint64. The vectors of points hold most
 * of the bytes and only plain numbers, so those subtrees are left to the engine's own parser.
 */
export function parseBody(text: string): Json {
  let at = 0;
  let depth = 0;

  const fail = (reason: string, position = at): never => {
    const before = text.slice(0, position);
    const line = before.split('\n').length;
    throw new JsonSyntaxError(`${reason} at line ${line} column ${position - before.lastIndexOf('\n') - 1}`);
  };
  const space = (): void => {
    SPACE.lastIndex = at;
    SPACE.test(text);
    at = SPACE.lastIndex;
  };
  const peek = (eof: string): string => {
    space();
    return text[at] ?? fail(eof);
  };

  const value = (): Json => {
    const start = peek('EOF while parsing a value');
    if (start === '"') return string();
    if (start === '{' || start === '[') {
      depth += 1;
      if (depth >= MAX_DEPTH) fail('recursion limit exceeded', at + 1);
      const result = start === '{' ? object() : array();
      depth -= 1;
      return result;
    }
    for (const [word, meaning] of [
      ['true', true],
      ['false', false],
      ['null', null],
    ] as const) {
      if (!text.startsWith(word, at)) continue;
      at += word.length;
      return meaning;
    }
    NUMBER.lastIndex = at;
    const number = NUMBER.exec(text)?.[0];
    if (number === undefined) return fail('expected value', at + 1);
    at += number.length;
    return parseNumber(number) ?? fail('number out of range');
  };

  const string = (): string => {
    let end = text.indexOf('"', at + 1);
    // Every closing quote but an escaped one: an even number of backslashes stands before it.
    for (; end !== -1; end = text.indexOf('"', end + 1)) {
      let slashes = 0;
      while (text[end - 1 - slashes] === '\\') slashes += 1;
      if (slashes % 2 === 0) break;
    }
    if (end === -1) return fail('EOF while parsing a string', text.length);
    const raw = text.slice(at, end + 1);
    at = end + 1;
    let parsed: string;
    try {
      parsed = JSON.parse(raw) as string;
    } catch {
      return fail(
        raw.includes('\\') ? 'invalid escape' : 'control character (\\u0000-\\u001F) found while parsing a string',
      );
    }
    return parsed.isWellFormed() ? parsed : fail('lone leading surrogate in hex escape');
  };

  const array = (): Json => {
    const items: Json[] = [];
    at += 1;
    if (peek('EOF while parsing a list') === ']') {
      at += 1;
      return items;
    }
    for (;;) {
      items.push(value());
      const next = peek('EOF while parsing a list');
      at += 1;
      if (next === ']') return items;
      if (next !== ',') fail('expected `,` or `]`');
    }
  };

  const object = (): Json => {
    const entries: JsonObject = {};
    const set = (key: string, entry: Json): void => setOwn(entries, key, entry);
    at += 1;
    if (peek('EOF while parsing an object') === '}') {
      at += 1;
      return entries;
    }
    for (;;) {
      if (peek('EOF while parsing a value') !== '"') fail('key must be a string', at + 1);
      const key = string();
      if (peek('EOF while parsing an object') !== ':') fail('expected `:`', at + 1);
      at += 1;
      // Points are the objects of the third level: body, list, point (or `batch`). Payloads lie deeper.
      const plain = depth <= 3 && (key === 'vector' || key === 'vectors') ? plainSubtree() : undefined;
      set(key, plain ?? value());
      const next = peek('EOF while parsing an object');
      at += 1;
      if (next === '}') return entries;
      if (next !== ',') fail('expected `,` or `}`');
    }
  };

  const plainSubtree = (): Json | undefined => {
    const open = peek('EOF while parsing a value');
    if (open !== '[' && open !== '{') return undefined;
    const end = subtreeEnd(text, at);
    if (end === -1) return undefined;
    try {
      const parsed = JSON.parse(text.slice(at, end)) as Json;
      at = end;
      return parsed;
    } catch {
      return undefined;
    }
  };

  const result = value();
  space();
  return at === text.length ? result : fail('trailing characters', at + 1);
}

/** Position after the bracket that closes the one at `start`, -1 if there is none. */
function subtreeEnd(text: string, start: number): number {
  const flat = text.indexOf(']', start);
  if (text[start] === '[' && flat !== -1 && !/["[{]/.test(text.slice(start + 1, flat))) return flat + 1;
  const token = /"(?:[^"\\]|\\.)*"|[[\]{}]/g;
  token.lastIndex = start;
  let open = 0;
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    const [first] = found[0];
    if (first === '[' || first === '{') open += 1;
    if (first === ']' || first === '}') open -= 1;
    if (open === 0) return token.lastIndex;
  }
  return -1;
}

function parseNumber(text: string): Json | undefined {
  if (!/[.eE]/.test(text)) {
    const near = Number(text);
    if (Number.isSafeInteger(near) && text !== '-0') return near;
    const exact = BigInt(text);
    if (text !== '-0' && exact >= I64_MIN && exact <= U64_MAX) return exact;
  }
  const value = parseRoughly(text);
  if (!Number.isFinite(value)) return undefined;
  return Number.isSafeInteger(value) ? new Float(value) : value;
}

/**
 * serde_json without its `float_roundtrip` feature: the digits as one rounded integer, then one rounded step by a power of ten,
 * which misses the nearest double by one place for some numbers of 17 digits (https://github.com/serde-rs/json/issues/1336).
 */
function parseRoughly(text: string): number {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = whole + fraction;
  if (digits.length > 19 || Math.abs(Number(exponent)) > 300) return Number(text);
  let power = Number(exponent) - fraction.length;
  let scaled = Number(digits);
  // There is no power of ten beyond that, so it goes in two steps.
  for (; power < -308 && scaled !== 0; power += 308) scaled /= 1e308;
  scaled = power < 0 ? scaled / Number(`1e${-power}`) : scaled * Number(`1e${power}`);
  return sign === '-' ? -scaled : scaled;
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !Float.isInstance(value);

/** The text of a float32: the shortest decimal that reads back as the same bits, with `.0` where it is whole. */
export function float32Text(value: number): string {
  if (!Number.isFinite(value)) return 'null';
  if (!Number.isInteger(value)) return String(shortestDouble(value));
  if (Math.abs(value) < 1e16) return `${Object.is(value, -0) ? '-0' : shortestDouble(value)}.0`;
  return shortestDouble(value).toExponential();
}

/** What a payload is once it was kept, which is as JSON text that is parsed again. */
export function asKept(payload: JsonObject): JsonObject {
  return moves(payload) ? (keep(payload) as JsonObject) : payload;
}

function moves(value: Json): boolean {
  if (typeof value === 'number') return !Number.isSafeInteger(value) && readAgain(value) !== value;
  if (Float.isInstance(value)) return readAgain(value.value) !== value.value;
  if (isMetadataArray(value)) return value.some(moves);
  return isObject(value) && Object.values(value).some(moves);
}

function keep(value: Json): Json {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : readAgain(value);
  if (Float.isInstance(value)) return new Float(readAgain(value.value));
  if (isMetadataArray(value)) return value.map(keep);
  if (!isObject(value)) return value;
  const kept: Record<string, Json> = {};
  for (const [key, item] of Object.entries(value)) setOwn(kept, key, keep(item));
  return kept;
}

/** The shortest digits, with `.0` behind whole numbers below 1e16 and an exponent above, read by the same parser. */
function readAgain(value: number): number {
  if (!Number.isInteger(value)) return parseRoughly(String(value));
  return parseRoughly(Math.abs(value) < 1e16 ? `${value}.0` : value.toExponential());
}

/** A value for a message. */
export const say = (value: Json | undefined): string =>
  typeof value === 'string' ? value : stringifyJson(value ?? null);
