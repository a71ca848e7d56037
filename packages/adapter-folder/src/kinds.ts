import { chroma } from './chroma/chroma.ts';
import type { Kind } from './content.ts';
import { faissJavaScript, faissPython } from './langchain/faiss.ts';
import { hnswlib } from './langchain/hnswlib.ts';
import { memoryDump } from './langchain/memory.ts';
import { llamaindex } from './llamaindex/llamaindex.ts';
import { qdrantLocal } from './qdrant/local.ts';
import { vectra } from './vectra/vectra.ts';

/** What is recognised, in the order in which it is looked for. */
export const KINDS: readonly Kind[] = [
  chroma,
  llamaindex,
  faissPython,
  faissJavaScript,
  hnswlib,
  qdrantLocal,
  vectra,
  memoryDump,
];
