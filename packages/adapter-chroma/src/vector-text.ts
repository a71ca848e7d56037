const PLUS = 43;
const COMMA = 44;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const NINE = 57;
const OPEN = 91;
const CLOSE = 93;
/** `E` and `e` but for this bit. */
const LOWER = 32;
const SMALL_E = 101;

// Powers of ten up to 10^22 are exact, and the quotient of two exact numbers is the double nearest to the decimal.
const POWERS = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
/** Digits that a double holds whatever they are. */
const EXACT_DIGITS = 15;
/** Floats that are allocated at once: a buffer for each vector costs more than everything else about it. */
const CHUNK = 65_536;

/** The components of the list that was read last, and how many they are. */
let components = new Float64Array(4096);
let length = 0;

/**
 * Reads `[[…],[…]]`, lists of numbers in JSON as the server prints them, straight from the bytes, and into float32, which is what
 * they are. Half the work of text, `JSON.parse` and a copy.
 * @returns the lists and where they end; `undefined` where there is anything else than numbers in there
 */
export function readVectorLists(
  bytes: Buffer,
  start: number,
): { readonly vectors: Float32Array[]; readonly end: number } | undefined {
  if (bytes[start] !== OPEN) return undefined;
  const vectors: Float32Array[] = [];
  if (bytes[start + 1] === CLOSE) return { vectors, end: start + 2 };
  let chunk = new Float32Array(0);
  let used = 0;
  for (let at = start; ;) {
    // Behind the bracket or the comma that is in front of every list.
    const end = readList(bytes, at + 1);
    if (end === undefined) return undefined;
    if (used + length > chunk.length) {
      chunk = new Float32Array(Math.max(CHUNK, length));
      used = 0;
    }
    const vector = chunk.subarray(used, used + length);
    for (let index = 0; index < length; index += 1) vector[index] = components[index] as number;
    used += length;
    vectors.push(vector);
    if (bytes[end] === CLOSE) return { vectors, end: end + 1 };
    if (bytes[end] !== COMMA) return undefined;
    at = end;
  }
}

/** Reads the list that begins at `start` into `components`. @returns where it ends */
function readList(bytes: Buffer, start: number): number | undefined {
  let at = start;
  if (bytes[at] !== OPEN) return undefined;
  length = 0;
  if (bytes[at + 1] === CLOSE) return at + 2;
  let list = components;
  let used = 0;
  do {
    at += 1;
    let code = bytes[at] as number;
    const negative = code === MINUS;
    if (negative) code = bytes[(at += 1)] as number;
    const from = at;
    let value = 0;
    for (; code >= ZERO && code <= NINE; code = bytes[(at += 1)] as number) value = value * 10 + (code - ZERO);
    if (at === from) return undefined;
    let places = 0;
    if (code === POINT) {
      const point = at;
      code = bytes[(at += 1)] as number;
      for (; code >= ZERO && code <= NINE; code = bytes[(at += 1)] as number) value = value * 10 + (code - ZERO);
      places = at - point - 1;
    }
    // The point may be one of the characters.
    if (at - from <= EXACT_DIGITS && (code === COMMA || code === CLOSE)) value /= POWERS[places] as number;
    else {
      at = endOfNumber(bytes, at);
      value = Number(bytes.toString('latin1', from, at));
    }
    if (used === list.length) {
      components = new Float64Array(2 * list.length);
      components.set(list);
      list = components;
    }
    list[used] = negative ? -value : value;
    used += 1;
  } while (bytes[at] === COMMA);
  length = used;
  return bytes[at] === CLOSE ? at + 1 : undefined;
}

function endOfNumber(bytes: Buffer, start: number): number {
  let at = start;
  for (let code = bytes[at] as number; ; code = bytes[(at += 1)] as number) {
    const isDigit = code >= ZERO && code <= NINE;
    if (!isDigit && code !== PLUS && code !== MINUS && code !== POINT && (code | LOWER) !== SMALL_E) return at;
  }
}
