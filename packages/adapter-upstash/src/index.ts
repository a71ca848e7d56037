export { createUpstash } from './upstash.ts';
export { openLocation } from './location.ts';
export type { UpstashOptions } from './options.ts';
