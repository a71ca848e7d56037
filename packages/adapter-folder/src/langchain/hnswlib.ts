import { join } from 'node:path';
import { own, parseJsonObject, type Metric } from '@vsm/core/adapter';
import { documentCapabilities } from '../capabilities.ts';
import type { Kind, Shelf } from '../content.ts';
import { damaged } from '../errors.ts';
import { HNSW_NUMBERS_BYTES, HnswVectors } from '../hnsw-vectors.ts';
import { RandomFile } from '../random-file.ts';
import { onlyOne } from '../rows.ts';
import { contentOfStore } from './content.ts';
import { checkAllNamed, type Docstore } from './docstore.ts';
import { openLabelledDocstore } from './json-docstore.ts';

const [INDEX, DOCSTORE, ARGS] = ['hnswlib.index', 'docstore.json', 'args.json'] as const;
/** In front of the elements: the six numbers, two of four bytes, five of eight. */
const HEADER_BYTES = HNSW_NUMBERS_BYTES + 2 * 4 + 5 * 8;
const MOST_ARGS_BYTES = 2 ** 20;
const METRICS: Readonly<Record<string, Metric>> = { l2: 'euclidean', cosine: 'cosine', ip: 'dot' };

/** What `HNSWLib.save` of LangChain for JavaScript wrote. */
export const hnswlib: Kind = {
  name: 'LangChain.js HNSWLib',
  recognises: (files) => files.has(INDEX),
  capabilities: documentCapabilities,
  only: () => 'hnswlib',
  open: async (path) => shelfOf(path),
};

function shelfOf(path: string): Shelf {
  const metric = metricOf(join(path, ARGS));
  const file = new RandomFile(join(path, INDEX));
  let docstore: Docstore | undefined;
  const close = (): void => {
    file.close();
    docstore?.close();
  };
  try {
    const index = new HnswVectors(file.path, file.read(0, HNSW_NUMBERS_BYTES), file, HEADER_BYTES);
    docstore = openLabelledDocstore(join(path, DOCSTORE));
    checkAllNamed(file.path, index.elements, docstore);
    const found = docstore;
    const notes = ['it is an index of HNSWLib with the documents of LangChain for JavaScript'];
    if (metric === 'cosine') {
      notes.push(
        'HNSWLib scales the vectors of a cosine index to length 1 when they are added: their lengths are gone',
      );
    }
    const content = contentOfStore({
      name: 'hnswlib',
      docstore,
      dimension: index.dimension,
      metric,
      vector(place) {
        const position = index.positionOf(Number(found.idOf(place)));
        return position === undefined ? undefined : index.at(position);
      },
      notes,
      evidence: {
        id: 'the label of the vector, a number in the order of adding',
        vector: `the vectors in ${INDEX}`,
      },
    });
    return onlyOne([file.path, join(path, DOCSTORE)], 'hnswlib', content, close);
  } catch (cause) {
    close();
    throw cause;
  }
}

function metricOf(path: string): Metric | undefined {
  const file = new RandomFile(path);
  try {
    const space = own(parseJsonObject(file.all(MOST_ARGS_BYTES).toString()) ?? {}, 'space');
    const metric = typeof space === 'string' ? own(METRICS, space) : undefined;
    if (metric === undefined) throw damaged(path, 'it names no space of HNSWLib');
    return metric;
  } finally {
    file.close();
  }
}
