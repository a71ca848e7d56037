export {
  startS3VectorsEmulator,
  type RequestLog,
  type S3VectorsEmulator,
  type S3VectorsEmulatorOptions,
} from './server.ts';
