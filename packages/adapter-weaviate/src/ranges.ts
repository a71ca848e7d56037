/** Ids are split by their first 48 bits: those of version 7 are a time there, and all others are spread evenly. */
const BITS = 48;

export interface IdRange {
  /** Not part of it; empty at the beginning. */
  readonly after: string;
  /** Part of it; empty at the end. */
  readonly until: string;
}

/**
 * Ranges that cover all ids, and hold about as many each of those that are there, where these are spread evenly between the first and
 * the last. `firstBehind` gives the first id behind another.
 */
export async function splitRange(
  parts: number,
  firstBehind: (id: string) => Promise<string | undefined>,
): Promise<readonly IdRange[]> {
  const first = await firstBehind('');
  if (first === undefined) return [{ after: '', until: '' }];
  const low = Number.parseInt(first.replaceAll('-', '').slice(0, BITS / 4), 16);
  const width = (await highest(low, firstBehind)) - low + 1;
  const count = Math.min(parts, width);
  const bounds = Array.from({ length: count - 1 }, (_, at) => lastOf(low + Math.floor((width * (at + 1)) / count) - 1));
  return [...bounds, ''].map((until, at) => ({ after: bounds[at - 1] ?? '', until }));
}

/** The greatest id with these first bits. */
function lastOf(prefix: number): string {
  const digits = prefix.toString(16).padStart(BITS / 4, '0');
  return `${digits.slice(0, 8)}-${digits.slice(8)}-ffff-ffff-ffffffffffff`;
}

/** The first bits of the last id there is. */
async function highest(low: number, firstBehind: (id: string) => Promise<string | undefined>): Promise<number> {
  let [least, most] = [low, 2 ** BITS - 1];
  while (least < most) {
    const middle = Math.floor((least + most) / 2);
    if ((await firstBehind(lastOf(middle))) === undefined) most = middle;
    else least = middle + 1;
  }
  return least;
}
