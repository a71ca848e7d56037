import { statSync } from 'node:fs';
import { folderError } from './errors.ts';

/** What files looked like when they were opened. They are read in many steps, which fit together only while nobody writes. */
export class Stamps {
  readonly #stamps: ReadonlyMap<string, string>;

  constructor(paths: readonly string[]) {
    this.#stamps = new Map(paths.map((path) => [path, stampOf(path)]));
  }

  /** @throws VsmError `CONFLICT` naming the file that changed */
  check(): void {
    for (const [path, stamp] of this.#stamps) {
      if (stampOf(path) === stamp) continue;
      throw folderError(
        'CONFLICT',
        `${path} has changed since it was opened. Stop what writes to the folder, or copy it, and begin again.`,
      );
    }
  }
}

function stampOf(path: string): string {
  const { mtimeNs, size, ino } = statSync(path, { bigint: true, throwIfNoEntry: false }) ?? {};
  return `${mtimeNs}-${size}-${ino}`;
}
