import { testAdapter } from '@vsm/conformance/vitest';
import { createMemory } from '@vsm/adapter-memory';

testAdapter({ adapter: 'memory', connect: () => createMemory() });
