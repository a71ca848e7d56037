import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * A package that is installed beside this one or, where this one is installed for the whole machine, in the working directory;
 * `undefined` where it is in neither place. A package that is there and fails to load says so itself.
 */
export async function loadBeside<Module>(name: string): Promise<Module | undefined> {
  try {
    return (await import(name)) as Module;
  } catch (error) {
    if (!isMissing(error, name)) throw error;
  }
  return loadFrom<Module>(process.cwd(), name);
}

/** A package as the folder sees it, or a file in it such as `./my-adapter.js`. */
export async function loadFrom<Module>(folder: string, name: string): Promise<Module | undefined> {
  let path: string;
  try {
    path = createRequire(join(folder, 'vsm.js')).resolve(name);
  } catch (error) {
    if (isMissing(error, name)) return undefined;
    throw error;
  }
  return (await import(pathToFileURL(path).href)) as Module;
}

/** Whether it is this very module that is missing, and not one that it needs. */
function isMissing(error: unknown, name: string): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const missing = code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND';
  return missing && (error as Error).message.includes(`'${name}'`);
}
