import { join } from 'node:path';
import { mergeConfig } from 'vitest/config';
import everyTest from '../../vitest.config.ts';

// The tests of npm test, and those that need a server that npm test cannot count on.
export default mergeConfig(everyTest, {
  root: join(import.meta.dirname, '../..'),
  test: { include: ['test/servers/*.real.ts'] },
});
