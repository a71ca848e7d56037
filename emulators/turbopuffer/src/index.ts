export {
  startTurbopufferEmulator,
  type RequestLog,
  type TurbopufferEmulator,
  type TurbopufferEmulatorOptions,
} from './server.ts';
