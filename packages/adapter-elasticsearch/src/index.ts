export { createElasticsearch } from './elasticsearch.ts';
export type { ElasticsearchOptions, SignedRequest, Sign } from './options.ts';
export { openLocation } from './location.ts';
