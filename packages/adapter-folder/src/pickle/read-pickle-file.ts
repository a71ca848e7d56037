import { damaged } from '../errors.ts';
import { RandomFile } from '../random-file.ts';
import { PickleError } from './bytes.ts';
import { readPickle, type Others } from './read-pickle.ts';
import type { PickleValue } from './values.ts';

/** Bytes of a file that is read at once. */
const MOST_BYTES = 2 ** 30;

/** @throws VsmError naming the file, and in it what is no data */
export function readPickleFile(path: string, types: ReadonlySet<string>, others?: Others): PickleValue {
  const file = new RandomFile(path);
  try {
    return readPickle(file.all(MOST_BYTES), types, others);
  } catch (cause) {
    if (cause instanceof PickleError) throw damaged(path, cause.message, cause);
    throw cause;
  } finally {
    file.close();
  }
}
