/**
 * Ids that are listed at once. Skipping a row costs the server the same whether it hands out one row behind it or twenty thousand: about 0.2 ms
 * of CPU for each thousand, so that behind a hundred thousand records a page costs a third more, and behind a million three times as much.
 */
const WINDOW = 20_000;
/** Windows that are remembered, for the parts that are read at once. */
const MOST_WINDOWS = 8;

export interface IdWindows {
  /** Ids of at most `limit` records from `offset` on, in order; `undefined` where a page by offset is as good. */
  at(offset: number, limit: number): Promise<readonly string[] | undefined>;
}

/** Lists ids in large steps, so that records far behind can be asked for by id. */
export function createIdWindows(
  list: (offset: number, limit: number) => Promise<readonly string[]>,
  size: number = WINDOW,
): IdWindows {
  const windows = new Map<number, Promise<readonly string[]>>();
  const windowAt = (start: number): Promise<readonly string[]> => {
    const known = windows.get(start);
    if (known !== undefined) return known;
    const [oldest] = windows.keys();
    if (windows.size >= MOST_WINDOWS && oldest !== undefined) windows.delete(oldest);
    const listed = list(start, size);
    windows.set(start, listed);
    listed.catch(() => windows.delete(start));
    return listed;
  };
  return {
    async at(offset, limit) {
      if (offset < size) return undefined;
      const start = offset - (offset % size);
      const ids = (await windowAt(start)).slice(offset - start, offset - start + limit);
      // The end, or what has been added since: the server knows.
      return ids.length === 0 ? undefined : ids;
    },
  };
}
