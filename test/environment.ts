import { join } from 'node:path';

/** Where compiled sources are kept between processes; compiling takes most of the time of a short command. */
export const COMPILED: string = join(import.meta.dirname, '../node_modules/.cache/vsm-test-compile');

/** For processes that tests start. */
export const testEnvironment: NodeJS.ProcessEnv = { ...process.env, NODE_COMPILE_CACHE: COMPILED };
