import { join } from 'node:path';

/** For processes that tests start. Compiled sources are kept between them; they take most of the time of a short command. */
export const testEnvironment: NodeJS.ProcessEnv = {
  ...process.env,
  NODE_COMPILE_CACHE: join(import.meta.dirname, '../node_modules/.cache/vsm-test-compile'),
};
