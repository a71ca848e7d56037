export { startS3Emulator, type S3Emulator, type S3EmulatorOptions } from './server.ts';
