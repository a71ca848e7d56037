// command.d.ts
export interface Command {
    readonly name: string;
    readonly options: readonly string[];
    readonly words: readonly string[];
}
export interface CommandEnd {
    readonly exitCode: number;
    readonly document: Readonly<Record<string, unknown>>;
}
export type RunCommand = (command: Command, watch: {
    readonly signal: AbortSignal;
    readonly onProgress: (done: number, total: number) => void;
}) => Promise<CommandEnd>;

// index.d.ts
export type { ServerOptions } from './server.ts';
export { createServer, serve } from './server.ts';
export type { Command, CommandEnd, RunCommand } from './command.ts';

// server.d.ts
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { RunCommand } from './command.ts';
export interface ServerOptions {
    readonly version: string;
    readonly run: RunCommand;
    readonly commands: ReadonlySet<string>;
    readonly allowWrite?: boolean | undefined;
    readonly allowRows?: boolean | undefined;
    readonly hasSecret: (location: string) => boolean;
}
export declare function createServer(options: ServerOptions): McpServer;
export declare function serve(options: ServerOptions): Promise<void>;
