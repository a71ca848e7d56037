/** The first number at or after the given one that is there, `undefined` where there is none. */
export type FindNumber = (from: bigint) => Promise<bigint | undefined>;

/**
 * Cuts the numbers from the first that is there to about the last into ranges of equal width, for stores that cannot be asked for the last one:
 * its place is found by asking what comes after a few guesses, about fifteen light requests.
 * @param most the greatest number that may be there
 * @returns where each range but the first begins, rising
 */
export async function evenBorders(first: bigint, most: bigint, ranges: number, find: FindNumber): Promise<bigint[]> {
  if (ranges <= 1) return [];
  const width = (await distanceToLast(first, most, find)) + 1n;
  const borders = new Set<bigint>();
  for (let range = 1n; range < BigInt(ranges); range += 1n) {
    const border = first + (width * range) / BigInt(ranges);
    if (border > first) borders.add(border);
  }
  return [...borders];
}

/** How far the last number lies behind the first, from below and within a thirtieth or so. */
async function distanceToLast(first: bigint, most: bigint, find: FindNumber): Promise<bigint> {
  let reached = 0n;
  let beyond = most - first + 1n;
  while (beyond - reached > (reached >> 5n) + 1n) {
    const guess = between(reached, beyond);
    const found = await find(first + guess);
    if (found === undefined) beyond = guess;
    else reached = found - first;
  }
  return reached;
}

/** In the middle by number of bits while the two are far apart, so that small numbers are found in few steps. */
function between(low: bigint, high: bigint): bigint {
  const [lowBits, highBits] = [bits(low), bits(high)];
  return highBits > lowBits + 1 ? 1n << BigInt(((lowBits + highBits) >> 1) - 1) : (low + high) >> 1n;
}

const bits = (value: bigint): number => (value === 0n ? 0 : value.toString(2).length);
