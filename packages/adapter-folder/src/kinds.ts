import { chroma } from './chroma/chroma.ts';
import type { Kind } from './content.ts';
import { llamaindex } from './llamaindex/llamaindex.ts';

/** What is recognised, in the order in which it is looked for. */
export const KINDS: readonly Kind[] = [chroma, llamaindex];
