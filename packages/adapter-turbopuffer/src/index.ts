export { createTurbopuffer } from './turbopuffer.ts';
export { openLocation } from './location.ts';
export type { TurbopufferOptions } from './options.ts';
