import { VsmError, type MigrationInterruptedError } from '@vsm/core';
import { EXIT } from './exit-codes.ts';
import { redact } from './secrets.ts';

/** An error as `--json` shows it. */
export interface ErrorDocument {
  readonly success: false;
  readonly error: {
    readonly name: string;
    readonly code: string;
    readonly message: string;
    readonly runId?: string | undefined;
    /** The command that takes the run up again. */
    readonly resume?: string | undefined;
  };
}

/** What the run was started with, as far as `vsm resume` has to be told it again. */
export interface RunWords {
  readonly runDir?: string | undefined;
  readonly config?: string | undefined;
}

export function errorDocument(error: unknown, words: RunWords): ErrorDocument {
  const interrupted =
    VsmError.isInstance(error) && error.code === 'INTERRUPTED' ? (error as MigrationInterruptedError) : undefined;
  return {
    success: false,
    error: {
      name: error instanceof Error ? error.name : 'Error',
      code: VsmError.isInstance(error) ? error.code : 'UNEXPECTED',
      message: messageOf(error),
      runId: interrupted?.runId,
      resume: interrupted?.resumable === true ? resumeCommand(interrupted.runId, words) : undefined,
    },
  };
}

/** What went wrong, without secrets: the text may quote a server, a driver or a parser. */
export function messageOf(error: unknown): string {
  return redact(error instanceof Error ? error.message : String(error));
}

/** A command that works as it stands, in the same folder and environment. */
function resumeCommand(runId: string, { runDir, config }: RunWords): string {
  const words = ['vsm', 'resume', runId];
  if (runDir !== undefined) words.push('--run-dir', runDir);
  if (config !== undefined) words.push('--config', config);
  return words.map(shellWord).join(' ');
}

/** The word as a shell takes it. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

export function errorText(error: unknown, words: RunWords): string {
  const { message, resume } = errorDocument(error, words).error;
  return resume === undefined ? message : `${message}\n  ${resume}`;
}

export function exitCodeOf(error: unknown): number {
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
