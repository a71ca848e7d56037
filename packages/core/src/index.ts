export * from './errors.ts';
export { matches, parseFilter, type FilterShorthand } from './filter.ts';
export * from './record.ts';
export type * from './spec/v1.ts';
