import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type { CallToolResult, ServerNotification, ServerRequest } from '@modelcontextprotocol/sdk/types.js';
import { stringifyJson } from '@vsm/core/adapter';
import { answer } from './answers.ts';
import type { CommandEnd, Command, RunCommand } from './command.ts';
import { Confirmations } from './confirmations.ts';
import { commandOf, INPUTS, layoutOptions, option, placesOf, type Input, type ToolName } from './inputs.ts';
import { TOOLS } from './tools.ts';

export interface ServerOptions {
  readonly version: string;
  readonly run: RunCommand;
  /** The commands that there are; a tool whose command is missing is not offered. */
  readonly commands: ReadonlySet<string>;
  /** Offers `migrate` and `resume`, and lets `estimate` write and remove scratch collections. @default false */
  readonly allowWrite?: boolean | undefined;
  /** Answers with whole documents, ids and values of records included. @default false */
  readonly allowRows?: boolean | undefined;
  /** Whether a location has a password or key in it, which would then stand in the log of a conversation. */
  readonly hasSecret: (location: string) => boolean;
}

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;
type Fields = Readonly<Record<string, unknown>>;

const WRITES: ReadonlySet<string> = new Set(['migrate', 'resume']);

/** A server that is not yet connected: what `serve` connects to stdin and stdout. */
export function createServer(options: ServerOptions): McpServer {
  const { run, commands, allowWrite = false, allowRows = false, hasSecret } = options;
  const confirmations = new Confirmations();
  const server = new McpServer({ name: 'vsm', version: options.version }, { instructions: instructions(allowWrite) });

  const carryOut = (command: Command, extra: Extra): Promise<CommandEnd> => {
    // oxlint-disable-next-line no-underscore-dangle -- the protocol's name
    const progressToken = extra._meta?.progressToken;
    return run(command, {
      signal: extra.signal,
      onProgress: (progress, total) => {
        if (progressToken === undefined) return;
        const params = { progressToken, progress, total };
        // Whoever left does not hear of it.
        void extra.sendNotification({ method: 'notifications/progress', params }).catch(() => undefined);
      },
    });
  };
  const reply = (tool: ToolName, ended: CommandEnd, input: Input, more: Fields = {}): CallToolResult => {
    const told = allowRows ? ended.document : answer(tool, ended.document, placesOf(input));
    const content = { exitCode: ended.exitCode, ...told, ...more };
    return {
      content: [{ type: 'text', text: stringifyJson(content) }],
      // A difference that was found, or a loss that has to be decided about, is an answer.
      ...('error' in ended.document && { isError: true }),
    };
  };

  const handlers: Partial<Record<ToolName, (input: Input, extra: Extra) => Promise<CallToolResult>>> = {
    async plan(input, extra) {
      const command = commandOf('plan', input, allowWrite);
      const ended = await carryOut(command, extra);
      const { version, undecided } = ended.document;
      const one = version === 1 && Array.isArray(undecided) && undecided.length === 0;
      if (!allowWrite || !one) return reply('plan', ended, input);
      const { words } = command;
      const confirmationToken = confirmations.offer({
        kind: 'plan',
        words,
        options: layoutOptions(input),
        plan: ended.document,
      });
      return reply('plan', ended, input, { confirmationToken });
    },
    async runs(input, extra) {
      const ended = await carryOut(commandOf('runs', input, allowWrite), extra);
      const { runs } = ended.document;
      if (!allowWrite || !Array.isArray(runs)) return reply('runs', ended, input);
      const tokens = (runs as readonly { readonly runId: string; readonly state: string }[])
        .filter(({ state }) => state === 'unfinished')
        .map(({ runId }) => [runId, confirmations.offer({ kind: 'run', runId })]);
      return reply('runs', ended, input, { confirmationTokens: Object.fromEntries(tokens) });
    },
    async migrate(input, extra) {
      const confirmed = confirmations.take(input.confirmationToken ?? '', 'plan');
      if (confirmed === undefined) return refused('plan', 'plan');
      const folder = await mkdtemp(join(tmpdir(), 'vsm-mcp-'));
      try {
        const path = join(folder, 'plan.json');
        await writeFile(path, stringifyJson(confirmed.plan as never), { mode: 0o600 });
        const losses = (input.allowLoss ?? []).flatMap((name) => option('allow-loss', name));
        const words = [...confirmed.options, ...option('plan', path), ...losses];
        const ended = await carryOut({ name: 'migrate', options: words, words: confirmed.words }, extra);
        return reply('migrate', ended, { source: confirmed.words[0], target: confirmed.words[1] });
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    async resume(input, extra) {
      const confirmed = confirmations.take(input.confirmationToken ?? '', 'run');
      if (confirmed === undefined) return refused('run', 'runs');
      return reply('resume', await carryOut({ name: 'resume', options: [], words: [confirmed.runId] }, extra), {});
    },
  };

  for (const name of Object.keys(INPUTS) as ToolName[]) {
    if (!commands.has(name) || (WRITES.has(name) && !allowWrite)) continue;
    const { title, description, ...annotations } = TOOLS[name];
    server.registerTool(
      name,
      { title, description, inputSchema: INPUTS[name], annotations: { title, ...annotations } },
      async (input: Input, extra: Extra) => {
        if (placesOf(input).some(hasSecret)) return failure('INVALID_OPTIONS', KEYS_ONLY_FROM_ENVIRONMENT);
        const handle = handlers[name];
        if (handle !== undefined) return handle(input, extra);
        return reply(name, await carryOut(commandOf(name, input, allowWrite), extra), input);
      },
    );
  }
  return server;
}

/** Serves on stdin and stdout, until the client closes them. */
export async function serve(options: ServerOptions): Promise<void> {
  const server = createServer(options);
  await server.connect(new StdioServerTransport());
  await once(process.stdin, 'end');
  // What is under way is told to stop.
  await server.close();
}

const KEYS_ONLY_FROM_ENVIRONMENT =
  'The location has a password or key in it, which would stand in the log of this conversation. Leave it out: the server takes keys from ' +
  'its environment (CHROMA_API_KEY, QDRANT_API_KEY, PINECONE_API_KEY, WEAVIATE_API_KEY, PGPASSWORD, VSM_SOURCE_API_KEY, ' +
  'VSM_TARGET_API_KEY) or from vsm.config, as name:collection.';

function refused(what: string, tool: string): CallToolResult {
  return failure(
    'INVALID_OPTIONS',
    `This confirmation token stands for no ${what}: it was used, is older than half an hour, or was never given. Ask ${tool} again, and show ` +
      'the answer to whoever decides.',
  );
}

function failure(code: string, message: string): CallToolResult {
  return {
    content: [{ type: 'text', text: JSON.stringify({ success: false, error: { code, message } }) }],
    isError: true,
  };
}

function instructions(allowWrite: boolean): string {
  const writing = allowWrite
    ? 'plan answers with a confirmation token; show the plan and its losses to a person before migrate gets the token.'
    : 'This server only reads. Whoever wants to migrate runs the command `vsm migrate`, or starts the server with --allow-write.';
  return `vsm moves collections of vectors between databases and verifies the copy. Begin with inspect, then plan. ${writing}`;
}
