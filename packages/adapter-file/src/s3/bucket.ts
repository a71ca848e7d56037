import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { readIfThere } from '@vsm/core/files';
import { ByteSource } from '../byte-source.ts';
import { attempt, gone } from '../errors.ts';
import { manifestPath, parseManifest, readManifest, type Manifest } from '../manifest.ts';
import { isDirectory, type Entry, type Medium, type Written } from '../medium.ts';
import { renounce } from '../vdf/vdf-meta.ts';
import { announce } from '../vdf/vdf-writer.ts';
import { S3Client } from './client.ts';
import { parseS3, withS3Parameters, type S3Location } from './location.ts';
import { abortUpload, beginUpload } from './multipart.ts';
import { isRefused, S3Objects } from './objects.ts';
import { PinnedManifests } from './pinned-manifests.ts';
import { Ranges } from './ranges.ts';
import { Scratch } from './scratch.ts';
import { abortUploads, isThere, refuseThere, upload } from './upload.ts';

const MOST_TRIES = 10;
const FIXED = 'it is many objects, which a bucket cannot replace at once. Write to another one, or drop it first.';

/**
 * A bucket. An export lies on this machine until it is whole, in the folder of runs, and goes to its key at once; objects are replaced only
 * where they are still what they were when the export began.
 */
export function bucketMedium(path: string): {
  readonly medium: Medium;
  readonly root: string;
  readonly location: string;
} {
  const at = parseS3(path);
  const objects = new S3Objects(new S3Client({ ...at, prefix: '' }));
  const { where } = objects;
  const root = at.prefix === '' ? where : `${where}/${at.prefix}`;
  const parameters = Object.entries(at).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { medium: mediumOver(objects, at), root, location: withS3Parameters(root, new Map(parameters)) };
}

function mediumOver(objects: S3Objects, { bucket, endpoint = '' }: S3Location): Medium {
  const ranges = new Ranges(objects);
  const pinned = new PinnedManifests(objects);
  const keyOf = (path: string): string => path.slice(objects.where.length + 1);
  const folderOf = (path: string): string => (keyOf(path) === '' ? '' : `${keyOf(path)}/`);
  const scratch = new Scratch(endpoint, bucket);
  /** Leaves the object as it is where nothing is printed. */
  const change = async (
    path: string,
    print: (text: string | undefined) => Promise<string | undefined>,
  ): Promise<void> => {
    for (let tries = 1; ; tries += 1) {
      const found = await objects.get(keyOf(path));
      const text = await print(found === undefined ? undefined : Buffer.from(found.bytes).toString());
      if (text === undefined) return;
      try {
        return await objects.put(keyOf(path), Buffer.from(text), { etag: found?.etag });
      } catch (cause) {
        if (!isRefused(cause) || tries === MOST_TRIES) throw cause;
      }
    }
  };
  const medium: Medium = {
    async stamp(path) {
      return (await objects.head(keyOf(path)))?.etag;
    },
    async kind(path) {
      if (keyOf(path) !== '' && (await objects.head(keyOf(path))) !== undefined) return 'file';
      return (await objects.isEmpty(folderOf(path))) ? undefined : 'folder';
    },
    async entries(folder) {
      const { files, folders } = await objects.names(folderOf(folder));
      const found = [
        ...files.map((name): Entry => ({ name, kind: 'file' })),
        ...folders.map((name): Entry => ({ name, kind: 'folder' })),
      ];
      const begun = await scratch.entries(keyOf(folder));
      return [...found, ...begun.filter(({ name, kind }) => kind !== 'folder' || !folders.includes(name))];
    },
    below: (folder, ...names) =>
      [folder, ...names.flatMap((name) => name.split('/')).filter((part) => part !== '' && part !== '.')].join('/'),
    async read(path) {
      const found = await objects.get(keyOf(path));
      return found === undefined ? undefined : Buffer.from(found.bytes).toString();
    },
    async manifest({ path, format }) {
      const beside = isDirectory(format) ? undefined : await pinned.find(keyOf(path));
      return beside ?? readManifest(medium, manifestPath(path));
    },
    async open(path, expected) {
      const head = await objects.head(keyOf(path));
      if (head === undefined) throw gone(path);
      return ByteSource.over(path, head.bytes, ranges.reader(keyOf(path), head), expected);
    },
    change: (path, print) => change(path, async (text) => print(text)),
    // There are no links in a bucket.
    refuseOutside: async () => undefined,
    identify: async (path) => `s3 ${endpoint} ${path}`,
    journalPath: (path) => scratch.pathOf(keyOf(path)),
    fixed: ({ format }) => (isDirectory(format) ? FIXED : undefined),
    async prepare({ path }) {
      // Whoever may not write there is told so now, and not when everything was read.
      await abortUpload(objects, keyOf(path), await beginUpload(objects, keyOf(path), ''));
    },
    waiting: async () => undefined,
    async isDelivered(inPlace, written) {
      return isDeepStrictEqual((await writtenManifest(written))?.manifest, inPlace);
    },
    async deliver({ path, format }, written) {
      const found = await writtenManifest(written);
      if (found === undefined) return;
      const { text, manifest } = found;
      const { folder, data, replaces } = written;
      const [only] = manifest.files;
      if (isDirectory(format)) {
        // First, so that nobody takes some of the files for all of them.
        await change(manifestPath(path), async (before) => {
          if (before === text) return undefined;
          const others = before === undefined ? [] : parseManifest(manifestPath(path), before).files;
          for (const other of others) {
            const isOurs = manifest.files.some(({ name, sha256 }) => name === other.name && sha256 === other.sha256);
            if (!isOurs) await refuseThere(objects, keyOf(medium.below(path, other.name)), other);
          }
          return text;
        });
        await abortUploads(objects, keyOf(path));
        for (const { name: below, bytes, sha256 } of manifest.files) {
          const file = join(folder, data, below);
          await upload(objects, keyOf(medium.below(path, below)), { file, bytes, sha256, replaces: undefined });
        }
        if (format === 'vdf') await announce(medium, path, manifest);
      } else if (only !== undefined) {
        const { bytes, sha256 } = only;
        await pinned.put(keyOf(path), sha256, text);
        await upload(objects, keyOf(path), { file: join(folder, data), bytes, sha256, replaces });
        // Others may have replaced the file by now, and their manifest with it.
        await change(manifestPath(path), async () => ((await isThere(objects, keyOf(path), only)) ? text : undefined));
        await pinned.remove(keyOf(path));
      }
    },
    async remove({ path, format, name }) {
      const key = keyOf(path);
      if (isDirectory(format)) {
        if (format === 'vdf') await renounce(medium, path, name);
        for (const entry of await objects.list(`${key}/`)) await objects.remove(entry.path);
      } else await objects.remove(key);
      await abortUploads(objects, key);
      await pinned.remove(key);
      await objects.remove(keyOf(manifestPath(path)));
    },
    close: async () => objects.close(),
  };
  return medium;
}

async function writtenManifest({
  folder,
  manifest: name,
}: Written): Promise<{ readonly text: string; readonly manifest: Manifest } | undefined> {
  const path = join(folder, name);
  const text = await attempt(`read ${folder}`, () => readIfThere(path));
  return text === undefined ? undefined : { text, manifest: parseManifest(path, text) };
}
