export { startQdrantEmulator, type QdrantEmulator, type QdrantEmulatorOptions } from './server.ts';
export type { RequestLog } from '@vsm/emulator-faults';
