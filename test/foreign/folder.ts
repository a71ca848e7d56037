import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';

interface ForeignFolder {
  readonly path: () => string;
  /** Writes a file of lines as somebody else would, and says where it is. */
  readonly lines: (name: string, values: readonly unknown[]) => Promise<string>;
}

/** A folder of its own for each test of the file. */
export function foreignFolder(): ForeignFolder {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vsm-foreign-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });
  return {
    path: () => folder,
    async lines(name, values) {
      const path = join(folder, name);
      await writeFile(
        path,
        values.map((value) => `${typeof value === 'string' ? value : JSON.stringify(value)}\n`).join(''),
      );
      return `file:${path}`;
    },
  };
}
