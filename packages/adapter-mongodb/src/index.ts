export { createMongodb } from './mongodb.ts';
export { openLocation } from './location.ts';
export type { MongodbOptions } from './options.ts';
