import { invalidPartition, isMetadataObject, parseJson, worthwhileParts, type Partition } from '@vsm/core/adapter';
import { printKey } from './keys.ts';

type Key = string | bigint;

/** The rows of one partition of the server, or of all, with keys behind one, up to another. */
export interface Part {
  readonly partition?: string | undefined;
  readonly after?: string | undefined;
  readonly until?: string | undefined;
}

/** The keys behind one in their order, as many as a page has; none at the end. */
export type NextKeys = (last: Key | undefined) => Promise<readonly Key[]>;

/**
 * Below this, finding the borders takes longer than reading by several scans saves. A page takes about as long however few rows it has, and the
 * last one of a part has few.
 */
const LEAST_ROWS = 4000;
/** Keys that are remembered for each part. */
const REMEMBERED = 256;

/** How many parts so many rows are worth. */
export function worthOf(rows: number, target: number): number {
  return worthwhileParts(target, rows, LEAST_ROWS, 0);
}

/** The keys that cut a walk through all rows, which are about so many, into about equal parts. A cut belongs to the part before it. */
export async function cutKeys(parts: number, rows: number, nextKeys: NextKeys): Promise<readonly Key[]> {
  if (parts === 1) return [];
  const most = parts * REMEMBERED;
  // Each one of so many: more, once too many are remembered.
  let [stride, seen] = [1, 0];
  let remembered: Key[] = [];
  let last: Key | undefined;
  while (seen < rows) {
    const keys = await nextKeys(last);
    if (keys.length === 0) break;
    last = keys.at(-1);
    for (const key of keys) {
      seen += 1;
      if (seen % stride === 0) remembered.push(key);
    }
    while (remembered.length > most) {
      remembered = remembered.filter((_, at) => at % 2 === 1);
      stride *= 2;
    }
  }
  const cuts = Array.from(
    { length: parts - 1 },
    (_, at) => remembered[Math.floor(((at + 1) * remembered.length) / parts)],
  );
  return [...new Set(cuts.filter((cut) => cut !== undefined))];
}

/** Parts between these cuts that leave nothing out: the first has no beginning, and the last no end. */
export function partsOf(partition: string | undefined, cuts: readonly Key[], rows: number): Partition[] {
  const borders = cuts.map(printKey);
  const estimatedCount = Math.ceil(rows / (cuts.length + 1));
  return [...borders, undefined].map((until, at) => {
    const part: Part = { partition, after: borders[at - 1], until };
    return { id: JSON.stringify(part), estimatedCount };
  });
}

/** @throws VsmError with code `INVALID_OPTIONS` for one of another collection */
export function readPart({ id }: Partition, collection: string): Part {
  try {
    const part = parseJson(id);
    if (isMetadataObject(part) && Object.values(part).every((value) => typeof value === 'string')) return part;
  } catch (cause) {
    throw invalidPartition('milvus', id, collection, cause);
  }
  throw invalidPartition('milvus', id, collection);
}
