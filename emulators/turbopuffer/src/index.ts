export { startTurbopufferEmulator, type TurbopufferEmulator, type TurbopufferEmulatorOptions } from './server.ts';
export type { RequestLog } from '@vsm/emulator-faults';
