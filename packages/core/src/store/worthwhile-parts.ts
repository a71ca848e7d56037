/** Parts that a collection is split into however few records each of them gets: as many are read at once. */
export const FEW_PARTS = 16;

/**
 * Into how many parts a collection is worth to be split, where so many are asked for.
 * @param least records of a part, of which reading takes longer than to begin with it: more than a few parts have at least as many
 */
export function worthwhileParts(target: number, records: number, least: number): number {
  return Math.max(1, Math.min(target, Math.max(FEW_PARTS, Math.floor(records / least))));
}
