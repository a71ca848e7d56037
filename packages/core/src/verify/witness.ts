import type { ReadableCollection } from '../spec/v1.ts';

/** A count by a road that shares nothing with reading, held against what reading gave. */
export interface WitnessReport {
  readonly side: 'source' | 'target';
  /** The road, such as `count(*) of the table`. */
  readonly by: string;
  readonly counted: number;
  /** Records that reading gave. */
  readonly read: number;
  /** Absent where the two agree. */
  readonly problem?: string | undefined;
}

/** Asks once more, and holds the answers against how many records were read in between. */
export type WitnessWatch = (read: number) => Promise<WitnessReport | undefined>;

/**
 * Asks now. A collection that is written to while it is read may give any number between what is counted before and after; one that
 * gives fewer or more has lost records on the way, or doubled them.
 */
export async function watchWitness(
  side: WitnessReport['side'],
  collection: ReadableCollection,
  signal: AbortSignal | undefined,
): Promise<WitnessWatch> {
  const before = await collection.witness?.({ signal });
  return async (read) => {
    const after = await collection.witness?.({ signal });
    if (before === undefined || after === undefined) return undefined;
    const { count: counted, by, hint } = after;
    const [least, most] = [Math.min(before.count, counted), Math.max(before.count, counted)];
    if (read >= least && read <= most) return { side, by, counted, read };
    const counts = least === most ? `${counted}` : `${least} to ${most}`;
    const what = `${side}: reading "${collection.name}" gave ${read} records, but ${by} counts ${counts}`;
    return { side, by, counted, read, problem: hint === undefined ? what : `${what}. ${hint}` };
  };
}
