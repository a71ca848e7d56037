import { join } from 'node:path';
import { mergeConfig } from 'vitest/config';
import everyTest, { project } from '../../vitest.config.ts';

// The tests of npm test, and those that need a server that npm test cannot count on.
export default mergeConfig(everyTest, {
  root: join(import.meta.dirname, '../..'),
  test: { projects: [project('real', ['test/servers/*.real.ts'])] },
});
