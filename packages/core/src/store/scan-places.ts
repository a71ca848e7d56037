/** Cursors and partitions as texts: where a scan stands, and which part it reads. */
import { VsmError } from '../errors.ts';
import type { Partition } from '../spec/v1.ts';

/** For a cursor that no scan of this collection gave; code `INVALID_CURSOR`. */
export function invalidCursor(adapter: string, cursor: string, collection: string, cause?: unknown): VsmError {
  const message = `${adapter}: the cursor "${cursor}" is not from a scan of "${collection}"`;
  return new VsmError('INVALID_CURSOR', message, { adapter, cause });
}

/** For a partition that this collection was not split into; code `INVALID_OPTIONS`. */
export function invalidPartition(adapter: string, id: string, collection: string, cause?: unknown): VsmError {
  return new VsmError('INVALID_OPTIONS', `${adapter}: "${id}" is not a partition of "${collection}"`, {
    adapter,
    cause,
  });
}

/** The texts of an id or a place of so many parts; `undefined` where it is no such list. */
export function parseTexts(text: string, length: number): string[] | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    const fits = Array.isArray(parsed) && parsed.length === length && parsed.every((item) => typeof item === 'string');
    return fits ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Which rows a scan reads: those with keys from `from` up to, but without, `to`. */
export interface KeyRange<Place> {
  readonly from?: Place | undefined;
  readonly to?: Place | undefined;
}

/** @throws VsmError with code `INVALID_OPTIONS` for a partition that is not of this table */
export function keyRangeOf<Place>({ id }: Partition, adapter: string, table: string): KeyRange<Place> {
  try {
    const range: unknown = JSON.parse(id);
    if (typeof range === 'object' && range !== null) return range;
  } catch {
    // Said below.
  }
  throw invalidPartition(adapter, id, table);
}
