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

/**
 * How many records to ask for next of a part that is a range of keys and should have `about` so many, of which so many were read: for stores
 * that cannot be told where a page must end, so that what lies beyond the part is read and thrown away. Once a part has far more than it should
 * have, nothing is known of it.
 */
export function pageOfRange(about: number, read: number, limit: number): number {
  if (read >= 2 * about) return limit;
  return Math.min(limit, Math.max(0, about - read) + 2 * Math.ceil(Math.sqrt(about)) + FEW_MORE);
}

const FEW_MORE = 8;
