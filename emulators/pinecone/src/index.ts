export {
  startPineconeEmulator,
  type PineconeEmulator,
  type PineconeEmulatorOptions,
  type RequestLog,
} from './server.ts';
