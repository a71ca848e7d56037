export type { Fault, Faults } from './faults.ts';
export { startQdrantEmulator, type QdrantEmulator, type QdrantEmulatorOptions, type RequestLog } from './server.ts';
