import { join } from 'node:path';

/** Where compiled sources are kept between processes; compiling takes most of the time of a short command. */
export const COMPILED: string = join(import.meta.dirname, '../node_modules/.cache/vsm-test-compile');

/** Most tests open a Postgres in WebAssembly for a moment: only what runs for long is worth compiling well. */
export const WASM = '--wasm-tiering-budget=100000000';

/** For processes that tests start. */
export const testEnvironment: NodeJS.ProcessEnv = { ...process.env, NODE_COMPILE_CACHE: COMPILED };
