import { basename, join } from 'node:path';
import { documentCapabilities } from '../capabilities.ts';
import type { Kind, Shelf } from '../content.ts';
import { FaissIndex } from '../faiss/index-file.ts';
import { contentOfStore } from './content.ts';
import { onlyOne } from '../rows.ts';
import { checkAllNamed, type Docstore } from './docstore.ts';
import { openMappedDocstore } from './json-docstore.ts';
import { openPickledDocstore } from './pickled-docstore.ts';

const PYTHON = /^(.+)\.faiss$/;
const JAVASCRIPT = { index: 'faiss.index', docstore: 'docstore.json' };

/** What `FAISS.save_local` of Python wrote: an index, and a pickle of the same name. */
export const faissPython: Kind = {
  name: 'LangChain FAISS',
  recognises: (files) => indexNames(files).length > 0,
  capabilities: documentCapabilities,
  only(files) {
    const [name, ...others] = indexNames(files);
    return others.length === 0 ? name : undefined;
  },
  async open(path, files) {
    const names = indexNames(files);
    const shelves = new Map<string, Shelf>();
    return {
      names,
      files: names.flatMap((name) => [join(path, `${name}.faiss`), join(path, `${name}.pkl`)]),
      async open(name) {
        if (!names.includes(name)) return undefined;
        const [index, documents] = [join(path, `${name}.faiss`), join(path, `${name}.pkl`)];
        const shelf = shelves.get(name) ?? shelfOf(name, index, documents, openPickledDocstore);
        shelves.set(name, shelf);
        return shelf.open(name);
      },
      async close() {
        for (const shelf of shelves.values()) await shelf.close();
      },
    };
  },
};

/** What `FaissStore.save` of JavaScript wrote. */
export const faissJavaScript: Kind = {
  name: 'LangChain.js FAISS',
  recognises: (files) => files.has(JAVASCRIPT.index) && files.has(JAVASCRIPT.docstore),
  capabilities: documentCapabilities,
  only: () => 'faiss',
  open: async (path) =>
    shelfOf('faiss', join(path, JAVASCRIPT.index), join(path, JAVASCRIPT.docstore), openMappedDocstore),
};

function indexNames(files: ReadonlySet<string>): readonly string[] {
  return [...files].flatMap((file) => PYTHON.exec(file)?.[1] ?? []);
}

function shelfOf(name: string, path: string, documents: string, openDocstore: (path: string) => Docstore): Shelf {
  const index = new FaissIndex(path);
  let docstore: Docstore | undefined;
  const close = (): void => {
    index.close();
    docstore?.close();
  };
  try {
    docstore = openDocstore(documents);
    checkAllNamed(path, index.count, docstore);
    const { dimension, metric, count } = index;
    const language = openDocstore === openPickledDocstore ? 'Python' : 'JavaScript';
    const content = contentOfStore({
      name,
      docstore,
      dimension,
      metric,
      vector: (place) => (place < count ? index.at(place) : undefined),
      notes: [`it is an index of FAISS with the documents of LangChain for ${language}`],
      evidence: {
        id: 'the id that the document store gives to the place of the vector',
        vector: `the vectors in ${basename(path)}`,
      },
    });
    return onlyOne([path, documents], name, content, close);
  } catch (cause) {
    close();
    throw cause;
  }
}
