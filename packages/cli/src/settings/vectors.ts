import type { ReducedDatatype } from '@vsm/core';
import type { TooLong } from '@vsm/embed';
import { namesOf, type Settings } from './setting.ts';

/** New vectors, smaller ones, what search makes of them, and the form of a framework. */
export const VECTORS: Pick<
  Settings,
  | 'embed'
  | 'embedUrl'
  | 'embedText'
  | 'embedTooLong'
  | 'embedMaxTokens'
  | 'embedDimensions'
  | 'embedPrices'
  | 'as'
  | 'maxCost'
  | 'reduce'
  | 'dimensions'
  | 'datatype'
  | 'vector'
  | 'gate'
  | 'gateQueries'
  | 'gateRecall'
  | 'embedSource'
  | 'layoutFrom'
  | 'layoutTo'
> = {
  embed: {
    type: 'object',
    help: 'compute new vectors on the way, such as openai:text-embedding-3-small (docs/re-embedding.md)',
    flag: '--embed <model>',
    config: true,
  },
  embedUrl: {
    type: 'text',
    help: 'a server that speaks as OpenAI does; its key is in VSM_EMBED_API_KEY',
    default: 'https://api.openai.com/v1, whose key is in OPENAI_API_KEY',
    flag: '--embed-url <url>',
  },
  embedText: {
    type: 'text',
    help: 'what is embedded: a field, or a template such as "{{title}} {{document}}"',
    default: 'the document',
    flag: '--embed-text <text>',
  },
  embedTooLong: {
    type: 'text',
    help: 'what becomes of texts that are longer than the model takes',
    default: 'refuse',
    choices: namesOf<TooLong>({ refuse: true, cut: true, average: true }),
    flag: '--embed-too-long <what>',
  },
  embedMaxTokens: {
    type: 'whole number',
    help: 'tokens of one text that the model takes, where the price list does not say',
    flag: '--embed-max-tokens <n>',
  },
  embedDimensions: {
    type: 'whole number',
    help: 'ask the model for fewer dimensions than it has',
    flag: '--embed-dimensions <n>',
  },
  embedPrices: {
    type: 'text',
    help: 'read the prices of models and services from this file',
    flag: '--embed-prices <file>',
  },
  as: {
    type: 'text',
    help: 'give the new vectors this name, beside the old ones',
    flag: '--as <name>',
  },
  maxCost: {
    type: 'text',
    help: 'end the run, so that it can be resumed, before the model costs more',
    flag: '--max-cost <amount>',
  },
  reduce: {
    type: 'object',
    help: 'make vectors smaller, as { dimensions, datatype, vector } (docs/re-embedding.md)',
    config: true,
  },
  dimensions: {
    type: 'whole number',
    help: 'cut vectors to their first so many dimensions, and scale them to length 1',
    flag: '--dimensions <n>',
  },
  datatype: {
    type: 'text',
    help: 'change the numbers of vectors into these, which are smaller',
    choices: namesOf<ReducedDatatype>({ float32: true, float16: true, bfloat16: true, int8: true, bit: true }),
    flag: '--datatype <type>',
  },
  vector: {
    type: 'text',
    help: 'with --dimensions or --datatype: the vector of the source, where there are several',
    flag: '--vector <name>',
  },
  gate: {
    type: 'object',
    help: 'judge search after the copy, and end with 3 where less of the answers are the same, 0 to 1 (docs/re-embedding.md)',
    flag: '--gate <share>',
    config: true,
  },
  gateQueries: {
    type: 'text',
    help: 'with a gate: JSON Lines of queries',
    default: 'records of the source, as their own queries',
    flag: '--gate-queries <file>',
  },
  gateRecall: {
    type: 'text',
    help: 'end with 3 where the target finds fewer of the answers that the queries say are right, 0 to 1',
    flag: '--gate-recall <share>',
  },
  embedSource: {
    type: 'text',
    help: 'for queries that are texts: the model of the source; --embed is that of the target',
    flag: '--embed-source <model>',
  },
  layoutFrom: {
    type: 'text',
    help: 'the framework whose form the source has, such as langchain-js (docs/layouts.md)',
    flag: '--layout-from <layout>',
    config: true,
  },
  layoutTo: {
    type: 'text',
    help: 'the form that the target is to have',
    default: 'that of the same framework',
    flag: '--layout-to <layout>',
    config: true,
  },
};
