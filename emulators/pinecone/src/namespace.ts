import type { StoredRecord } from './record.ts';

/** One namespace, as its readers see it: writes show once their time has come, in the order of their numbers. */
export interface Namespace {
  /** Takes a write, and gives its log sequence number. */
  write(apply: (records: Map<string, StoredRecord>) => void): number;
  /** What can be read now. */
  records(): ReadonlyMap<string, StoredRecord>;
  /** The ids that can be read now, in the order of their bytes. */
  ids(): readonly string[];
  /** Number of the last write that can be read. */
  indexedLsn(): number;
}

export function createNamespace(lagMs: () => number): Namespace {
  const visible = new Map<string, StoredRecord>();
  const waiting: { readonly lsn: number; readonly at: number; readonly apply: (records: typeof visible) => void }[] =
    [];
  let lastLsn = 0;
  let indexed = 0;
  let sorted: string[] | undefined;
  const settle = (): void => {
    const now = performance.now();
    for (let next = waiting[0]; next !== undefined && next.at <= now; next = waiting[0]) {
      waiting.shift();
      next.apply(visible);
      indexed = next.lsn;
      sorted = undefined;
    }
  };
  return {
    write(apply) {
      lastLsn += 1;
      waiting.push({ lsn: lastLsn, at: performance.now() + lagMs(), apply });
      return lastLsn;
    },
    records() {
      settle();
      return visible;
    },
    ids() {
      settle();
      sorted ??= [...visible.keys()].toSorted((left, right) => (left < right ? -1 : 1));
      return sorted;
    },
    indexedLsn() {
      settle();
      return indexed;
    },
  };
}

/** The first position whose id is not before `id`. */
export function positionOf(ids: readonly string[], id: string): number {
  let [low, high] = [0, ids.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ids[middle] ?? '') < id) low = middle + 1;
    else high = middle;
  }
  return low;
}
