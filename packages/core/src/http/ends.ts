import { RemoteError } from '../errors.ts';
import { WrongAnswer } from './check.ts';

/** Records that others may have added while a scan goes on. */
const ADDED_MEANWHILE = 10_000;

interface Scanned<Options> {
  readonly adapter: string;
  readonly name: string;
  /** The server. */
  readonly where: string;
  readonly count: (options: Options) => Promise<number>;
}

/**
 * Notices a server that hands out records without end, whatever it counts: to be asked with how many a scan has read so far. Counts
 * only where so many are hard to believe.
 */
export function createEndCheck<Options>({ adapter, name, where, count }: Scanned<Options>) {
  let counted = 0;
  const isBeyond = (read: number): boolean => read > 2 * counted + ADDED_MEANWHILE;
  return async (read: number, options: Options): Promise<void> => {
    if (!isBeyond(read)) return;
    counted = await count(options);
    if (!isBeyond(read)) return;
    const message = `${adapter}: cannot read "${name}": ${where} has handed out ${read} records, but counts ${counted}; its pages do not end`;
    const cause = new WrongAnswer('the records do not end');
    throw new RemoteError(message, { adapter, retryable: false, cause });
  };
}

/** A page that a part of a scan has got. */
interface PartPage {
  /** Of the part. */
  readonly key: string;
  readonly isFirst: boolean;
  readonly records: number;
}

/** The same for a store that is read in parts, each of which is counted by itself from its first page on. */
export function createPartCheck<Options>(
  scanned: Scanned<Options>,
): (page: PartPage, options: Options) => Promise<void> {
  const check = createEndCheck(scanned);
  const read = new Map<string, number>();
  return ({ key, isFirst, records }, options) => {
    const sum = (isFirst ? 0 : (read.get(key) ?? 0)) + records;
    read.set(key, sum);
    return check(sum, options);
  };
}
