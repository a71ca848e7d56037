import { VsmError, type MigrationInterruptedError, type MigrationProgress, type OpenedLocation } from '@vsm/core';
import { EXIT } from './exit-codes.ts';
import { asJson } from './report.ts';
import { progressDisplay, SILENT } from './terminal.ts';

export interface OutputOptions {
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

export interface CommandContext {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: MigrationProgress) => void;
  /** Registers a store to be closed when the command ends, however it ends. */
  readonly use: (opened: OpenedLocation) => OpenedLocation;
}

export interface CommandOutcome {
  readonly exitCode: number;
  /** The document of `--json`. */
  readonly document: object;
  readonly text: string;
}

/** Runs a command: Ctrl-C, progress, one result on stdout, stores closed, an exit code. */
export async function runCommand(
  output: OutputOptions,
  command: (context: CommandContext) => Promise<CommandOutcome>,
): Promise<void> {
  const interrupt = new AbortController();
  const onSignal = (): void => {
    // The second Ctrl-C does not wait for anything.
    if (interrupt.signal.aborted) process.exit(EXIT.interrupted);
    interrupt.abort(new Error('interrupted'));
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const display = output.json === true || output.quiet === true ? SILENT : progressDisplay(process.stderr);
  const stores = new Set<OpenedLocation['store']>();
  const use = (opened: OpenedLocation): OpenedLocation => {
    stores.add(opened.store);
    return opened;
  };
  try {
    const outcome = await command({ signal: interrupt.signal, onProgress: (progress) => display.show(progress), use });
    display.clear();
    process.exitCode = outcome.exitCode;
    if (output.json === true) process.stdout.write(`${asJson(outcome.document)}\n`);
    else if (output.quiet !== true) process.stdout.write(`${outcome.text}\n`);
  } catch (error) {
    display.clear();
    process.exitCode = failure(error, output);
  } finally {
    await Promise.allSettled([...stores].map((store) => store.close()));
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}

/** Prints an error for the reader it has, and says with which code to end. */
function failure(error: unknown, output: OutputOptions): number {
  const interrupted =
    VsmError.isInstance(error) && error.code === 'INTERRUPTED' ? (error as MigrationInterruptedError) : undefined;
  const runId = interrupted?.runId;
  const resume = interrupted?.resumable === true ? `vsm resume ${interrupted.runId}` : undefined;
  const message = `${error instanceof Error ? error.message : String(error)}${resume === undefined ? '' : `\n  ${resume}`}`;
  if (output.json === true) {
    const code = VsmError.isInstance(error) ? error.code : 'UNEXPECTED';
    const name = error instanceof Error ? error.name : 'Error';
    process.stdout.write(`${asJson({ success: false, error: { name, code, message, runId, resume } })}\n`);
  } else process.stderr.write(`vsm: ${message}\n`);
  return exitCodeOf(error);
}

function exitCodeOf(error: unknown): number {
  if (!VsmError.isInstance(error)) return EXIT.failed;
  switch (error.code) {
    case 'INTERRUPTED':
    case 'ABORTED':
      return EXIT.interrupted;
    case 'INVALID_OPTIONS':
    case 'NOT_FOUND':
    case 'CONFLICT':
    case 'UNSUPPORTED':
    case 'UNAUTHORIZED':
    case 'VALIDATION_FAILED':
    case 'SCHEMA_INCOMPATIBLE':
      return EXIT.usage;
    default:
      return EXIT.failed;
  }
}
