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
