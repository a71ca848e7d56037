import { join } from 'node:path';
import { isMetadataObject, own, parseJson, unfit, type Metadata, type VectorRecord } from '@vsm/core/adapter';
import { documentCapabilities } from '../capabilities.ts';
import type { Kind } from '../content.ts';
import { declared } from '../declared.ts';
import { damaged, toVsmError } from '../errors.ts';
import { indexList } from '../json/index-json.ts';
import { RandomFile } from '../random-file.ts';
import { componentsOf } from '../vector-text.ts';
import { contentOf, finderOf, onlyOne } from '../rows.ts';

const INDEX = 'index.json';
const ITEMS = 'items';
/** Of the metadata of one item. */
const MOST_BYTES = 64 * 1024 * 1024;

/** What `LocalIndex` of Vectra keeps: items in one file, and their metadata in others where some of it is indexed. */
export const vectra: Kind = {
  name: 'Vectra',
  recognises: (files) => files.has(INDEX),
  capabilities: { ...documentCapabilities, document: false },
  only: () => 'vectra',
  async open(path) {
    const file = new RandomFile(join(path, INDEX));
    try {
      const items = indexList(file, ITEMS);
      const itemAt = (place: number): Item => itemOf(file.path, place, items.text(place));
      const first = items.size === 0 ? undefined : itemAt(0);
      const content = contentOf({
        description: {
          name: 'vectra',
          vectors: { '': { kind: 'dense', dimension: first?.vector.length, metric: 'cosine' } },
          ids: 'string',
          notes: ['it is an index of Vectra'],
          reading: [
            declared('id', 'id', 'the id of the item'),
            declared('vector', 'vector', 'the vector of the item', ''),
            declared('metadata', 'metadata', 'the metadata of the item, or the file that it names'),
          ],
        },
        count: items.size,
        record(place, include): VectorRecord {
          const { id, vector, metadata, metadataFile } = itemAt(place);
          const whole =
            include.includes('metadata') && metadataFile !== undefined ? metadataIn(path, metadataFile) : metadata;
          return {
            id,
            vectors: include.includes('vectors') ? { '': vector } : {},
            metadata: include.includes('metadata') ? whole : {},
          };
        },
        find: finderOf(items.size, (place) => itemAt(place).id),
      });
      return onlyOne([file.path], 'vectra', content, () => file.close());
    } catch (cause) {
      file.close();
      throw cause;
    }
  },
};

interface Item {
  readonly id: string;
  readonly vector: readonly number[];
  readonly metadata: Metadata;
  readonly metadataFile: string | undefined;
}

function itemOf(path: string, place: number, text: string): Item {
  try {
    const item = parseJson(text);
    const object = isMetadataObject(item) ? item : {};
    const [id, vector, metadataFile] = ['id', 'vector', 'metadataFile'].map((key) => own(object, key));
    const metadata = own(object, 'metadata') ?? {};
    if (typeof id === 'string' && Array.isArray(vector)) {
      return {
        id,
        vector: componentsOf(vector),
        metadata: isMetadataObject(metadata) ? metadata : { '(metadata)': unfit('it is no object') },
        metadataFile: typeof metadataFile === 'string' ? metadataFile : undefined,
      };
    }
  } catch (cause) {
    throw damaged(path, `its item ${place} is no JSON that others read`, cause);
  }
  throw damaged(path, `its item ${place} has no id or no vector`);
}

/** The whole metadata, of which the item has a part. A file of another folder is not looked into. */
function metadataIn(folder: string, name: string): Metadata {
  if (!/^[\w-]+\.json$/.test(name)) return lost(name, 'has no name that Vectra gives');
  try {
    const file = new RandomFile(join(folder, name));
    try {
      const metadata = parseJson(file.all(MOST_BYTES).toString());
      return isMetadataObject(metadata) ? metadata : lost(name, 'holds no object');
    } finally {
      file.close();
    }
  } catch (cause) {
    if (cause instanceof SyntaxError) return lost(name, 'is no JSON');
    const problem = toVsmError(cause, name);
    if (problem.code !== 'INVALID_DATA') throw problem;
    return lost(name, 'is missing or damaged');
  }
}

function lost(name: string, what: string): Metadata {
  return { '(metadata)': unfit(`its metadata file ${name} ${what}`) };
}
