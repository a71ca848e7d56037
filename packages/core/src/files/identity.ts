import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { isMissing } from './durable.ts';

/**
 * What lies at a path, whatever path leads there: links are followed. What is not there yet is told by its folder and its name;
 * `undefined` where there is no folder either.
 */
export async function identityOf(path: string): Promise<string | undefined> {
  const own = await numbersOf(path);
  if (own !== undefined) return own;
  const folder = await numbersOf(dirname(path));
  return folder === undefined ? undefined : `${folder}/${basename(path)}`;
}

async function numbersOf(path: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await stat(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw cause;
  }
}
