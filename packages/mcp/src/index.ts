export type { ServerOptions } from './server.ts';
export { createServer, serve } from './server.ts';
export type { Command, CommandEnd, RunCommand } from './command.ts';
