export { startWeaviateEmulator, type WeaviateEmulator, type WeaviateEmulatorOptions } from './server.ts';
