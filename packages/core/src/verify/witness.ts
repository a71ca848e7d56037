import type { ReadableCollection, Witness } from '../spec/v1.ts';

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
  ask: () => Promise<Witness | undefined> = async () => collection.witness?.({ signal }),
): Promise<WitnessWatch> {
  const before = await ask();
  return async (read) => {
    const after = await ask();
    if (before === undefined || after === undefined) return undefined;
    const { count: counted, by, hint } = after;
    const [least, most] = [Math.min(before.count, counted), Math.max(before.count, counted)];
    if (read >= least && read <= most) return { side, by, counted, read };
    const counts = least === most ? `${counted}` : `${least} to ${most}`;
    const what = `${side}: reading "${collection.name}" gave ${read} records, but ${by} counts ${counts}`;
    return { side, by, counted, read, problem: hint === undefined ? what : `${what}. ${hint}` };
  };
}

/**
 * The witness of a source; where it has none, its own exact count. That is no witness, so that nothing is said where the two agree; but a
 * scan that leaves records out or doubles them is found by it, which verification, reading by the same scan, would not notice.
 */
export async function watchReading(
  collection: ReadableCollection,
  signal: AbortSignal | undefined,
): Promise<WitnessWatch> {
  if (collection.witness !== undefined) return watchWitness('source', collection, signal);
  const watch = await watchWitness('source', collection, signal, async () => {
    const { value, exact } = await collection.count({}, { signal });
    return exact ? { count: value, by: 'its own exact count' } : undefined;
  });
  return async (read) => {
    const report = await watch(read);
    return report?.problem === undefined ? undefined : report;
  };
}

/**
 * For a source whose scan promises nothing while others write to it: whether its exact count changed while it was read. Then records that
 * nobody touched may have been missed, and verification, which reads the same way, may miss the same ones.
 */
export async function watchCount(
  side: WitnessReport['side'],
  collection: ReadableCollection,
  signal: AbortSignal | undefined,
): Promise<WitnessWatch> {
  const before = await collection.count({}, { signal });
  return async (read) => {
    const after = await collection.count({}, { signal });
    if (!before.exact || !after.exact) return undefined;
    const report = { side, by: 'its exact count before and after', counted: after.value, read };
    const { name } = collection;
    if (before.value !== after.value) {
      const what = `${side}: "${name}" held ${before.value} records before it was read and ${after.value} after, and its store does not promise that a scan misses none of the others meanwhile`;
      return { ...report, problem: `${what}. Run again with --sync while nobody writes to it.` };
    }
    if (read === after.value) return report;
    return { ...report, problem: `${side}: reading "${name}" gave ${read} records, but it counts ${after.value}` };
  };
}
