import { testAdapter } from '@vsm/conformance/vitest';
import { createMemory } from '../src/index.ts';

testAdapter({ adapter: 'memory', connect: () => createMemory() });
