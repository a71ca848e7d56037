import { readFileSync } from 'node:fs';
import type { Names } from './names.ts';

/** The `package.json` of a new adapter, with the versions that its template is tested with: those of this very package. */
export function manifestOf({ id, pascal }: Names): string {
  const own = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  const manifest = {
    name: `vsm-adapter-${id}`,
    version: '0.0.0',
    description: `VSM adapter for ${pascal}.`,
    keywords: ['vsm-adapter', 'vector-database', id],
    type: 'module',
    sideEffects: false,
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' }, './package.json': './package.json' },
    files: ['dist'],
    scripts: {
      test: 'vitest run',
      typecheck: 'tsc',
      build: 'tsc -p tsconfig.build.json',
      prepack: 'npm run build',
    },
    // A peer, so that an application has one core and not one for each adapter.
    peerDependencies: { '@vsm/core': own.devDependencies['@vsm/core'] },
    devDependencies: own.devDependencies,
    engines: { node: '>=22.15' },
  };
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}
