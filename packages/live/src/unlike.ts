/** Records that are not alike in both stores although nothing marks them, and what is done about it. */
import type { CompareOptions } from './compare.ts';
import { keepDoubt } from './doubts.ts';
import type { Journal } from './journal.ts';
import type { Route } from './route.ts';

export interface MendOptions extends Omit<CompareOptions, 'routes'> {
  readonly route: Route;
}

/** Keys of records that are not alike. */
export interface Unlike {
  readonly marked: readonly string[];
  readonly unmarked: readonly string[];
}

/** Marks those of the records that differ without being marked. Once the move is switched, what both stores hold of them is kept before. */
export async function mend(
  keys: readonly string[],
  { journal, route, clock, settleMs, signal }: MendOptions,
): Promise<Unlike> {
  const first = await unlikeOf(keys, route, journal);
  if (first.unmarked.length === 0) return first;
  if (settleMs > 0) await clock.sleep(settleMs, signal);
  // One that was written and drained between the two looks of the first time is alike now.
  const second = await unlikeOf(first.unmarked, route, journal);
  if (second.unmarked.length > 0) {
    if (route.from === 'target') await keepDoubt(journal, route, second.unmarked);
    await journal.touched(second.unmarked);
  }
  return { marked: [...first.marked, ...second.marked], unmarked: second.unmarked };
}

async function unlikeOf(keys: readonly string[], route: Route, journal: Journal): Promise<Unlike> {
  if (keys.length === 0) return { marked: [], unmarked: [] };
  const before = await journal.marksOf(keys);
  const images = await route.images(await route.read(keys));
  const present = await route.present(keys);
  const differing = keys.filter((key) => !route.same(images.get(key), present.get(key)));
  if (differing.length === 0) return { marked: [], unmarked: [] };
  const after = await journal.marksOf(differing);
  const isMarked = (key: string): boolean => before.has(key) || after.has(key);
  // What is known not to be carried is in one store only, until it is written again.
  const left = await journal.leftOf(differing);
  const unlike = differing.filter((key) => isMarked(key) || !left.has(key) || (images.has(key) && present.has(key)));
  return { marked: unlike.filter(isMarked), unmarked: unlike.filter((key) => !isMarked(key)) };
}
