import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testAdapter } from '@vsm/conformance/vitest';
import { afterAll, describe } from 'vitest';
import { createFile, createVdf, openLocation, type Format } from '../src/index.ts';
import { readRaw } from './raw.ts';

/** The conformance suite on files of each of these formats. */
export function conform(formats: readonly (Format | 'vdf')[]): void {
  const root = mkdtempSync(join(tmpdir(), 'vsm-file-'));
  afterAll(() => rmSync(root, { recursive: true }));

  describe.each(formats)('%s', (format) => {
    const path = join(root, format);
    testAdapter({
      adapter: 'file',
      connect: () => (format === 'vdf' ? createVdf({ path }) : createFile({ path, format })),
      locations: {
        open: openLocation,
        of: (collection) => `${format === 'vdf' ? 'vdf' : 'file'}:${path}?collection=${collection}`,
        ...(format !== 'vdf' && { inFolder: (folder, collection) => `file:${folder}/${collection}.${format}` }),
      },
      raw: { read: (collection, id) => readRaw(path, format, collection, id) },
    });
  });
}
