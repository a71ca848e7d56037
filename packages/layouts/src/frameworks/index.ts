import type { Framework } from '../form.ts';
import { dify } from './dify.ts';
import { haystack } from './haystack.ts';
import { flowise, langchainJavaScript, langchainPython, n8n } from './langchain.ts';
import { llamaindexPython, llamaindexTypeScript } from './llamaindex.ts';
import { mastra } from './mastra.ts';
import { mem0 } from './mem0.ts';
import { openWebui } from './open-webui.ts';
import { springAi } from './spring-ai.ts';

export const FRAMEWORKS: readonly Framework[] = [
  langchainPython,
  langchainJavaScript,
  flowise,
  n8n,
  llamaindexPython,
  llamaindexTypeScript,
  haystack,
  dify,
  openWebui,
  springAi,
  mastra,
  mem0,
];
