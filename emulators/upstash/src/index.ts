export { startUpstashEmulator, type UpstashEmulator, type UpstashEmulatorOptions } from './server.ts';
export type { RequestLog } from '@vsm/emulator-faults';
