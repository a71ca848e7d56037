export { createAcme, type AcmeOptions } from './acme.ts';
export { openLocation } from './location.ts';
