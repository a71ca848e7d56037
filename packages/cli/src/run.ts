import type { MigrationProgress, OpenedLocation, RunObserver } from '@vsm/core';
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
  const onSignal = (): void => {
    // The second Ctrl-C does not wait for anything.
    if (interrupt.signal.aborted) {
      display.end();
      process.exit(EXIT.interrupted);
    }
    interrupt.abort(new Error('interrupted'));
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const closing: (() => void)[] = [];
  const stores = new Set<OpenedLocation['store']>();
  const people = output.json !== true && output.quiet !== true;
  const say = (stream: NodeJS.WriteStream, text: string): void =>
    display.above(() => stream.write(`${printableLines(redactor.data(text))}\n`));
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
    process.exitCode = outcome.exitCode;
    if (output.jsonStream === true) emit({ type: 'result', exitCode: outcome.exitCode, result: outcome.document });
    else if (output.json === true) process.stdout.write(`${redactor.data(asJson(outcome.document))}\n`);
    else if (output.quiet !== true && outcome.text !== '') say(process.stdout, outcome.text);
  } catch (error) {
    display.end();
    process.exitCode = interrupt.signal.aborted ? EXIT.interrupted : exitCodeOf(error);
    if (output.jsonStream === true) emit({ type: 'error', exitCode: process.exitCode, ...failures.document(error) });
    else if (output.json === true) process.stdout.write(`${asJson(failures.document(error))}\n`);
    else process.stderr.write(`vsm: ${failures.text(error)}\n`);
  } finally {
    await Promise.allSettled([...stores].map((store) => store.close()));
    for (const close of closing) close();
    await telemetry?.end();
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
