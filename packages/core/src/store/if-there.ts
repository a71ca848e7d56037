import { VsmError } from '../errors.ts';

/** What `ask` gives, or `undefined` where it fails with `NOT_FOUND`. */
export async function ifThere<Result>(ask: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (VsmError.isInstance(error) && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}
