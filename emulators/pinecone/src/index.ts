export { startPineconeEmulator, type PineconeEmulator, type PineconeEmulatorOptions } from './server.ts';
export type { RequestLog } from '@vsm/emulator-faults';
