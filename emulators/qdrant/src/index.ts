export { startQdrantEmulator, type QdrantEmulator, type QdrantEmulatorOptions, type RequestLog } from './server.ts';
