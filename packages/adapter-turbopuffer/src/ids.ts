import type { IdKind } from '@vsm/core/adapter';

/** A part of a scan: documents behind one id, up to another. */
export interface Range {
  /** Not part of it; absent at the beginning. */
  readonly after?: string | undefined;
  /** Part of it; absent at the end. */
  readonly until?: string | undefined;
}

/** The order in which the service gives ids: numbers by size, texts by their bytes. */
export function compareIds(left: string, right: string, kind: IdKind): number {
  if (kind !== 'uint64') return Buffer.compare(Buffer.from(left), Buffer.from(right));
  return BigInt(left) < BigInt(right) ? -1 : left === right ? 0 : 1;
}

/** Ranges that cover all ids, and hold about as many each of those that are there, where these are spread evenly between first and last. */
export function splitIds(first: string, last: string, parts: number, kind: IdKind): readonly Range[] {
  const scale = kind === 'uint64' ? NUMBERS : kind === 'uuid' ? UUIDS : textsBetween(first, last);
  const [low, high] = [scale.place(first), scale.place(last)];
  const count = BigInt(parts);
  const bounds = Array.from({ length: parts - 1 }, (_, at) => scale.id(low + ((high - low) * BigInt(at + 1)) / count));
  const kept = bounds.filter((bound, at) => compareIds(bound, bounds[at - 1] ?? scale.id(low), kind) > 0 || at === 0);
  return [...kept, undefined].map((until, at) => ({ after: kept[at - 1], until }));
}

/** Ids as numbers, in their order. */
interface Scale {
  place(id: string): bigint;
  id(place: bigint): string;
}

const NUMBERS: Scale = { place: BigInt, id: String };

const UUIDS: Scale = {
  place: (id) => BigInt(`0x${id.replaceAll('-', '')}`),
  id(place) {
    const digits = place.toString(16).padStart(32, '0');
    return [0, 8, 12, 16, 20, 32]
      .flatMap((end, at, ends) => (at === 0 ? [] : digits.slice(ends[at - 1], end)))
      .join('-');
  },
};

/** Characters behind the common beginning that are looked at, and how many there are of each: printable ones of ASCII. */
const DIGITS = 8;
const [FIRST_CHARACTER, CHARACTERS] = [32, 95];

function textsBetween(first: string, last: string): Scale {
  let common = 0;
  while (common < first.length && common < 48 && first[common] === last[common]) common += 1;
  const start = first.slice(0, common).toWellFormed();
  const digitOf = (id: string, at: number): number =>
    at >= id.length ? 0 : Math.min(CHARACTERS - 1, Math.max(0, id.charCodeAt(at) - FIRST_CHARACTER));
  return {
    place: (id) =>
      Array.from({ length: DIGITS }, (_, at) => digitOf(id, common + at)).reduce(
        (place, digit) => place * BigInt(CHARACTERS) + BigInt(digit),
        0n,
      ),
    id(place) {
      const characters: string[] = [];
      for (let rest = place, at = 0; at < DIGITS; at += 1, rest /= BigInt(CHARACTERS)) {
        characters.unshift(String.fromCharCode(FIRST_CHARACTER + Number(rest % BigInt(CHARACTERS))));
      }
      return start + characters.join('');
    },
  };
}
