/** Parts that a collection is split into however few records each of them gets: as many are read at once. */
export const FEW_PARTS = 16;

/**
 * Into how many parts a collection is worth to be split, where so many are asked for.
 * @param least records of a part, of which reading takes longer than to begin with it: more than a few parts have at least as many
 * @param few parts that are made however small they are; none where finding their borders takes long
 */
export function worthwhileParts(target: number, records: number, least: number, few: number = FEW_PARTS): number {
  return Math.max(1, Math.min(target, Math.max(few, Math.floor(records / least))));
}
