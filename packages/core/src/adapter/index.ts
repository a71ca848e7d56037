/** For authors of adapters: the contract and what core does for every adapter. */
export { defineCapabilities } from './capabilities.ts';
export { collectionNotFound, guardStore } from './guard.ts';
export { parseLocation, type ParsedLocation } from './location.ts';
export { stringifyForSerde } from './serde-numbers.ts';
export { parsePlainJson } from './escaped-keys.ts';
export { parseJson, parseNumber, stringifyJson, type LargeFloats } from './json.ts';
export { metadataProblem } from './record-check.ts';
export * from '../errors.ts';
export { matches } from '../filter.ts';
export * from '../record.ts';
export type * from '../spec/v1.ts';
