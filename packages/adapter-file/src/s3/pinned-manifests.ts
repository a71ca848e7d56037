import { parseManifest, type Manifest } from '../manifest.ts';
import type { S3Objects } from './objects.ts';

const NAME = /\.[0-9a-f]{64}\.vsm\.json$/;

/**
 * Manifests under the hash of the file that they are of. A file and its manifest are two objects, and cannot be replaced at once: while
 * one of them is new and the other is not, this is where the right one lies.
 */
export class PinnedManifests {
  readonly #objects: S3Objects;

  constructor(objects: S3Objects) {
    this.#objects = objects;
  }

  async put(key: string, sha256: string, text: string): Promise<void> {
    await this.#objects.put(`${key}.${sha256}.vsm.json`, Buffer.from(text));
  }

  /** That of what lies there just now; `undefined` where there is none beside the one under the usual name. */
  async find(key: string): Promise<Manifest | undefined> {
    const sha256 = (await this.#objects.head(key))?.sha256;
    if (sha256 === undefined) return undefined;
    const name = `${key}.${sha256}.vsm.json`;
    const found = await this.#objects.get(name);
    return found === undefined
      ? undefined
      : parseManifest(this.#objects.nameOf(name), Buffer.from(found.bytes).toString());
  }

  /** All of a file, those of runs that were killed included. */
  async remove(key: string): Promise<void> {
    for (const { path } of await this.#objects.list(`${key}.`))
      if (NAME.test(path.slice(key.length))) await this.#objects.remove(path);
  }
}
