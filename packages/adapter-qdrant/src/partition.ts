import { evenBorders, pageOfRange, VsmError, worthwhileParts, type Partition } from '@vsm/core/adapter';
import { compareIds, FIRST_UUID, idToNumber, isId, MAX_ID, numberToId, type NumericKind } from './ids.ts';

/** Which points a scan reads: those of one slice, or those with ids from `from` up to, but without, `to`. */
export interface Part {
  readonly shard?: string | number | undefined;
  readonly slice?: { readonly total: number; readonly index: number } | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Points that it should have, as it was cut. */
  readonly about?: number | undefined;
}

/** Of a part: to begin with one takes about as long as reading so many. */
const LEAST_POINTS = 1000;
/** The server walks all ids for each slice. */
const MOST_SLICES = 16;

/** How to cut a shard: by slices where the server has them and they are few, else by ranges of ids. */
export function cutOf(target: number, points: number): { readonly parts: number; readonly mayBeSlices: boolean } {
  const parts = worthwhileParts(target, points, LEAST_POINTS);
  return { parts, mayBeSlices: parts <= MOST_SLICES };
}

/** How many points to ask for next of a part, of which so many were read. */
export function pageOf({ about, to }: Part, read: number, limit: number): number {
  return about === undefined || to === undefined ? limit : pageOfRange(about, read, limit);
}

export function partitionOf(part: Part, estimatedCount: number): Partition {
  return { id: JSON.stringify(part), estimatedCount };
}

export function readPart(partition: Partition | undefined): Part {
  if (partition === undefined) return {};
  try {
    const part = JSON.parse(partition.id) as Part;
    for (const id of [part.from, part.to]) if (id !== undefined && !isId(id)) throw new Error('not an id');
    return part;
  } catch (cause) {
    throw new VsmError('INVALID_OPTIONS', `qdrant: "${partition.id}" is not a partition of this kind of store`, {
      adapter: 'qdrant',
      cause,
    });
  }
}

/** The first id at or after the given one, `null` where there is none. */
export type Probe = (from: string) => Promise<string | null>;

/**
 * Cuts the ids into about `target` ranges, for servers without slices. There is no condition on ids and no way to ask for the
 * last one.
 */
export async function idRanges(target: number, probe: Probe): Promise<Part[]> {
  const first = await probe('0');
  if (first === null || target === 1) return [{}];
  const firstUuid = compareIds(first, FIRST_UUID) < 0 ? await probe(FIRST_UUID) : first;
  const kinds: [NumericKind, string][] = [];
  if (first !== firstUuid) kinds.push(['uint64', first]);
  if (firstUuid !== null) kinds.push(['uuid', firstUuid]);
  const borders: string[] = [];
  for (const [kind, start] of kinds) {
    if (borders.length > 0 || (kind === 'uuid' && kinds.length > 1)) borders.push(FIRST_UUID);
    borders.push(...(await bordersOf(kind, start, Math.ceil(target / kinds.length), probe)));
  }
  return [undefined, ...borders].map((from, index) => ({ from, to: borders[index] }));
}

/** Cuts the range from the first id of a kind to about its last into equal pieces. */
async function bordersOf(kind: NumericKind, first: string, pieces: number, probe: Probe): Promise<string[]> {
  const find = async (from: bigint): Promise<bigint | undefined> => {
    const found = await probe(numberToId(kind, from));
    const isInKind = found !== null && (kind === 'uuid' || compareIds(found, FIRST_UUID) < 0);
    return isInKind ? idToNumber(found) : undefined;
  };
  const borders = await evenBorders(idToNumber(first), MAX_ID[kind], pieces, find);
  return borders.map((border) => numberToId(kind, border));
}
