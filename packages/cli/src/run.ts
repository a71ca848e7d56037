import { VsmError, type MigrationProgress, type OpenedLocation, type RunObserver } from '@vsm/core';
import { printableLines, type Redactor } from '@vsm/report/redact';
import { endOf } from './crash.ts';
import { EXIT } from './exit-codes.ts';
import { exitCodeOf, Failures, type RunWords } from './failures.ts';
import type { LoadedConfig } from './load-config.ts';
import { asJson } from './json.ts';
import type { Telemetry } from './otel.ts';
import { SILENT, type ProgressDisplay } from './progress/display.ts';
import { Secrets } from './secrets.ts';

export interface OutputOptions extends RunWords {
  readonly json?: boolean | undefined;
  /** `--json=stream`, which sets `json` too. */
  readonly jsonStream?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  readonly otel?: boolean | undefined;
}

export interface CommandContext {
  readonly signal: AbortSignal;
  /** What must not be shown, and learns whatever is read on the way. */
  readonly secrets: Secrets;
  readonly redactor: Redactor;
  readonly failures: Failures;
  readonly onProgress: (progress: MigrationProgress) => void;
  /** With `--otel`. */
  readonly observer: RunObserver | undefined;
  /** With `--otel`. */
  readonly watchMove: Telemetry['watchMove'] | undefined;
  /** Says which of several collections is on its way; heads what is drawn, and marks the events. */
  readonly begin: (collection: string, index: number, count: number) => void;
  /** Registers a store to be closed when the command ends, however it ends. */
  readonly use: (opened: OpenedLocation) => OpenedLocation;
  /** Registers what else is to be done then. */
  readonly atEnd: (close: () => void) => void;
  /** A part of the result that is ready early: a line on stdout where people read, nothing for machines. */
  readonly print: (line: string) => void;
  /** What people should see while the command runs, on stderr. */
  readonly note: (text: string) => void;
  /** One line of `--json=stream`. */
  readonly emit: (event: StreamEvent) => void;
  /** Asks on the terminal. `undefined` where nobody can answer: no terminal, or output for machines. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  /** The config file, read once; only if `path` names it, or one of the words may be a name in it. */
  readonly config: (path: string | undefined, words: readonly string[]) => Promise<LoadedConfig | undefined>;
}

interface StreamEvent {
  readonly type: 'plan' | 'started' | 'progress' | 'outcome' | 'result' | 'error' | 'case';
  readonly [key: string]: unknown;
}

export interface CommandOutcome {
  readonly exitCode: number;
  /** The document of `--json`. */
  readonly document: object;
  readonly text: string;
}

const LEFT =
  'Interrupted. What was under way did not end in time and was left as a kill would leave it: a run that had begun can be resumed, and `vsm runs` lists it.';

/** What was under way when a signal came, such as a database that is being opened, is not waited for longer: to end takes a second more on a busy machine. */
const LAST_WAIT_MS = 3000;

/** Events a second and collection, at most. */
const EVENT_INTERVAL_MS = 250;

/** Runs a command: Ctrl-C, progress, one result on stdout, stores closed, an exit code. */
export async function runCommand(
  output: OutputOptions,
  command: (context: CommandContext) => Promise<CommandOutcome>,
): Promise<void> {
  const secrets = new Secrets(process.env);
  const { redactor } = secrets;
  const failures = new Failures(output, redactor);
  // In front of the one that knows nothing. It stays: a client may fail after the command has ended.
  process.prependListener('uncaughtException', (error) => endOf(error, redactor));
  const display = await chooseDisplay(output);
  const interrupt = new AbortController();
  const leave = (): never => {
    display.end();
    process.exit(EXIT.interrupted);
  };
  let lastWait: NodeJS.Timeout | undefined;
  const onSignal = (): void => {
    // The second Ctrl-C does not wait for anything.
    if (interrupt.signal.aborted) leave();
    interrupt.abort(new Error('interrupted'));
    lastWait = setTimeout(() => {
      if (!told) fail(new VsmError('ABORTED', LEFT), EXIT.interrupted);
      leave();
    }, LAST_WAIT_MS);
    lastWait.unref();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const closing: (() => void)[] = [];
  const stores = new Set<OpenedLocation['store']>();
  const people = output.json !== true && output.quiet !== true;
  const say = (stream: NodeJS.WriteStream, text: string): void =>
    display.above(() => stream.write(`${printableLines(redactor.data(text))}\n`));
  let told = false;
  const fail = (error: unknown, exitCode: number): void => {
    display.end();
    told = true;
    if (output.jsonStream === true) emit({ type: 'error', exitCode, ...failures.document(error) });
    else if (output.json === true) process.stdout.write(`${asJson(failures.document(error))}\n`);
    else process.stderr.write(`vsm: ${failures.text(error)}\n`);
  };
  const emit = (event: StreamEvent): void => {
    if (output.jsonStream === true) process.stdout.write(`${redactor.data(asJson(event))}\n`);
  };
  let collection: string | undefined;
  let last = { time: Number.NEGATIVE_INFINITY, phase: '' };
  let loaded: Promise<LoadedConfig | undefined> | undefined;
  let telemetry: Telemetry | undefined;
  const context: Omit<CommandContext, 'observer' | 'watchMove'> = {
    signal: interrupt.signal,
    secrets,
    redactor,
    failures,
    onProgress: (progress) => {
      display.show(progress);
      const now = performance.now();
      if (progress.phase === last.phase && now - last.time < EVENT_INTERVAL_MS) return;
      last = { time: now, phase: progress.phase };
      emit({ type: 'progress', sourceCollection: collection, ...progress });
    },
    begin: (name, index, count) => {
      collection = name;
      last = { time: Number.NEGATIVE_INFINITY, phase: '' };
      display.title(count === 1 ? name : `${name} (${index + 1} of ${count})`);
      emit({ type: 'started', sourceCollection: name, index, count });
    },
    use: (opened) => {
      stores.add(opened.store);
      return opened;
    },
    atEnd: (close) => {
      closing.push(close);
    },
    print: (line) => {
      if (people) say(process.stdout, line);
    },
    note: (text) => {
      if (people) say(process.stderr, text);
    },
    emit,
    ask:
      people && process.stdin.isTTY && process.stderr.isTTY
        ? async (question) => {
            const { askOnTerminal } = await import('./ask.ts');
            return askOnTerminal(question, interrupt);
          }
        : undefined,
    config: (path, words) => {
      loaded ??= readConfig(path, words, secrets, (warning) => {
        if (output.json !== true) say(process.stderr, `vsm: ${warning}`);
      });
      return loaded;
    },
  };
  try {
    if (output.otel === true) telemetry = await otel(context.note);
    const outcome = await command({ ...context, observer: telemetry?.observer, watchMove: telemetry?.watchMove });
    display.end();
    told = true;
    process.exitCode = outcome.exitCode;
    if (output.jsonStream === true) emit({ type: 'result', exitCode: outcome.exitCode, result: outcome.document });
    else if (output.json === true) process.stdout.write(`${redactor.data(asJson(outcome.document))}\n`);
    else if (output.quiet !== true && outcome.text !== '') say(process.stdout, outcome.text);
  } catch (error) {
    process.exitCode = interrupt.signal.aborted ? EXIT.interrupted : exitCodeOf(error);
    fail(error, process.exitCode);
  } finally {
    await Promise.allSettled([...stores].map((store) => store.close()));
    for (const close of closing) close();
    await telemetry?.end();
    clearTimeout(lastWait);
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}

async function otel(note: (text: string) => void): Promise<Telemetry> {
  const { startTelemetry } = await import('./otel.ts');
  return startTelemetry({ note });
}

async function chooseDisplay(output: OutputOptions): Promise<ProgressDisplay> {
  if (output.json === true || output.quiet === true) return SILENT;
  const { progressDisplay } = await import('./progress/choose.ts');
  return progressDisplay(process.stderr, process.env);
}

async function readConfig(
  path: string | undefined,
  words: readonly string[],
  secrets: Secrets,
  warn: (warning: string) => void,
): Promise<LoadedConfig | undefined> {
  const { mayNeedConfig } = await import('./schemes.ts');
  if (path === undefined && !mayNeedConfig(words)) return undefined;
  const { loadConfig } = await import('./load-config.ts');
  const config = await loadConfig(path);
  for (const secret of config?.secrets ?? []) secrets.learn(secret);
  for (const warning of config?.warnings ?? []) warn(warning);
  return config;
}
