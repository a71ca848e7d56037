import { randomUUID } from 'node:crypto';

/** All ids that match a condition, in the order of their text. */
export type IdList = readonly string[];

/** What a scan or a partition remembers of its beginning. It goes through JSON, into other processes too. */
export type Mark = string;

export interface IdLists {
  /** Lists for a scan that begins now. */
  begin(where: string): { readonly mark: Mark; readonly ids: Promise<IdList> };
  /** A list that was made when the scan of this mark began, or later: what has been there since then is in it. */
  since(mark: Mark, where: string): Promise<IdList>;
}

/** Lists that are kept: of a whole collection and of one filter. */
const KEPT = 2;

/**
 * Keeps the newest list of each condition, by which every scan that began before can go on: its place is an id, and whatever was there all the
 * time is in all lists.
 */
export function createIdLists(list: (where: string) => Promise<IdList>): IdLists {
  const origin = randomUUID();
  let made = 0;
  const newest = new Map<string, { readonly number: number; readonly ids: Promise<IdList> }>();
  /** For scans that began elsewhere, the first list that was made for each. */
  const adopted = new Map<Mark, number>();

  const make = (where: string): { number: number; ids: Promise<IdList> } => {
    made += 1;
    const fresh = { number: made, ids: list(where) };
    newest.delete(where);
    newest.set(where, fresh);
    const [oldest] = newest.keys();
    if (newest.size > KEPT && oldest !== undefined) newest.delete(oldest);
    fresh.ids.catch(() => {
      if (newest.get(where) === fresh) newest.delete(where);
    });
    return fresh;
  };
  return {
    begin(where) {
      const { number, ids } = make(where);
      return { mark: `${origin}/${number}`, ids };
    },
    since(mark, where) {
      const [maker, number] = mark.split('/');
      const least = maker === origin ? Number(number) : adopted.get(mark);
      const kept = newest.get(where);
      if (least !== undefined && kept !== undefined && kept.number >= least) return kept.ids;
      const fresh = make(where);
      if (maker !== origin) adopted.set(mark, fresh.number);
      return fresh.ids;
    },
  };
}

/** Where the first id lies that is not before this one; with `behind`, the first that is behind it. */
export function placeOf(ids: IdList, id: string, behind = false): number {
  let [low, high] = [0, ids.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const found = ids[middle] ?? '';
    if (found < id || (behind && found === id)) low = middle + 1;
    else high = middle;
  }
  return low;
}
