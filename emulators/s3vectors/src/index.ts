export { startS3VectorsEmulator, type S3VectorsEmulator, type S3VectorsEmulatorOptions } from './server.ts';
export type { RequestLog } from '@vsm/emulator-faults';
