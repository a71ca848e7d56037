import {
  evenBorders,
  idKind,
  invalidPartition,
  LAST_UUID_NUMBER,
  numberUuid,
  pageOfRange,
  uuidNumber,
  worthwhileParts,
  type Partition,
} from '@vsm/core/adapter';

/** A part of a scan: objects of one tenant behind one id, up to another. */
export interface Range {
  readonly tenant: string;
  /** Not part of it; empty at the beginning. */
  readonly after: string;
  /** Part of it; empty at the end. */
  readonly until: string;
  /** Objects that it should have, as it was cut; unknown where it was not. */
  readonly about?: number | undefined;
}

/** Of a part: to begin with one takes about as long as reading so many. */
const LEAST_OBJECTS = 1000;
/** Finding the borders takes as long as reading some hundred objects, so that few objects are not split into many parts. */
const FEW = 2;

/**
 * At most so many ranges that cover all ids of a tenant, and hold about as many each of those that are there, where these are spread evenly
 * between the first and the last: fewer where it has few objects, and one where it is not known how many.
 * @param firstBehind gives the first id behind another
 */
export async function splitRange(
  tenant: string,
  objects: number | undefined,
  target: number,
  firstBehind: (id: string) => Promise<string | undefined>,
): Promise<readonly Range[]> {
  const parts = worthwhileParts(target, objects ?? 0, LEAST_OBJECTS, objects === undefined ? 1 : FEW);
  const first = parts === 1 ? undefined : await firstBehind('');
  const find = async (from: bigint): Promise<bigint | undefined> => {
    const found = await firstBehind(numberUuid(from - 1n));
    return found === undefined ? undefined : uuidNumber(found);
  };
  const borders = first === undefined ? [] : await evenBorders(uuidNumber(first), LAST_UUID_NUMBER, parts, find);
  const ends = borders.map((border) => numberUuid(border - 1n));
  const about = objects === undefined ? undefined : Math.ceil(objects / (ends.length + 1));
  return [...ends, ''].map((until, at) => ({ tenant, after: ends[at - 1] ?? '', until, about }));
}

export function partitionOf({ tenant, after, until, about }: Range): Partition {
  return { id: [tenant, after, until, ...(about === undefined ? [] : [about])].join('/'), estimatedCount: about };
}

/** @throws VsmError with code `INVALID_OPTIONS` for one of another collection */
export function readRange(id: string, collection: string): Range {
  const [tenant = '', after = '', until = '', objects] = id.split('/');
  const about = objects === undefined ? undefined : Number(objects);
  if (Number.isNaN(about) || ![after, until].every((one) => one === '' || idKind(one) === 'uuid'))
    throw invalidPartition('weaviate', id, collection);
  return { tenant, after, until, about };
}

/** How many objects to ask for next of a range, of which so many were read. */
export function pageOf({ until, about }: Range, read: number, limit: number): number {
  return until === '' || about === undefined ? limit : pageOfRange(about, read, limit);
}
