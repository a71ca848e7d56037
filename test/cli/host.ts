import { runProgram } from '../../packages/cli/src/program.ts';

// A process that runs one command line after another, so that the tests of a file load only once what commands need. Each command
// has the environment, the working directory and both streams to itself, and ends when a process of its own would: with nothing left
// to wait for.

export interface Command {
  readonly words: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** What Node ends with where a program waits for something that nothing is left to bring. */
const UNSETTLED = 13;

let running = false;
let settled = false;

function begin({ words, cwd, env }: Command): void {
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
  process.chdir(cwd);
  // Those of the command before; this one is the one of main.ts.
  process.removeAllListeners('uncaughtException');
  process.on(
    'uncaughtException',
    (error) => void import('../../packages/cli/src/crash.ts').then(({ endOf }) => endOf(error)),
  );
  process.exitCode = undefined;
  running = true;
  settled = false;
  void run(words);
  // From here on the command alone keeps the process.
  process.channel?.unref();
}

async function run(words: readonly string[]): Promise<void> {
  const code = await runProgram(words);
  if (code !== undefined) process.exitCode = code;
  settled = true;
}

process.on('message', (command: Command | 'end') => {
  if (command === 'end') process.disconnect();
  else begin(command);
});
process.on('beforeExit', () => {
  if (!running) return;
  running = false;
  process.channel?.ref();
  // Both streams are pipes, and writing to them is synchronous: nothing of the command comes later.
  process.stdout.write('\0');
  process.stderr.write('\0');
  process.send?.(settled ? Number(process.exitCode ?? 0) : UNSETTLED);
});
