import { defineConfig } from 'vitest/config';

const conditions = ['@vsm/source', 'module', 'node', 'development|production'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['@vsm/source', 'node'] } },
  test: {
    include: ['{packages,emulators,examples}/*/{src,test}/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
