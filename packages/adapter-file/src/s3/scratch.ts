import { hash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isMissing } from '@vsm/core/files';
import { toVsmError } from '../errors.ts';
import { begunIn } from '../journal-folder.ts';
import type { Entry } from '../medium.ts';

/** Where exports into buckets lie on this machine until they are whole: beside the checkpoints of their runs. */
export class Scratch {
  readonly #root: string;

  constructor(endpoint: string, bucket: string) {
    const place = hash('sha256', JSON.stringify([endpoint, bucket])).slice(0, 16);
    this.#root = resolve(process.env['VSM_RUN_DIR'] ?? '.vsm', '.buckets', place);
  }

  pathOf(key: string): string {
    return join(this.#root, ...key.split('/').map(encode));
  }

  /** What was begun in a folder, and folders in which something may have been. */
  async entries(key: string): Promise<readonly Entry[]> {
    const folder = this.pathOf(key);
    const found = await readdir(folder).catch((cause: unknown) => {
      if (isMissing(cause)) return [];
      throw toVsmError(cause, `read ${folder}`);
    });
    const look = async (name: string): Promise<Entry> => {
      const owner = await begunIn(folder, name);
      return owner === undefined
        ? { name: decodeURIComponent(name), kind: 'folder' }
        : { name: decodeURIComponent(owner), kind: 'unfinished' };
    };
    return Promise.all(found.map(look));
  }
}

/** No name of a file leads elsewhere, or is taken for that of a journal. */
function encode(name: string): string {
  return encodeURIComponent(name).replace(/^\./, '%2E').replaceAll('*', '%2A');
}
