export { startUpstashEmulator, type RequestLog, type UpstashEmulator, type UpstashEmulatorOptions } from './server.ts';
