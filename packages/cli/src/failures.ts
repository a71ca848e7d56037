import { VsmError, type MigrationInterruptedError } from '@vsm/core';
import { printable, printableLines, type Redactor } from '@vsm/report/redact';
import { EXIT } from './exit-codes.ts';

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

/** Says what went wrong, without secrets: an error may quote a server, a driver or a parser. */
export class Failures {
  readonly #words: RunWords;
  readonly #redactor: Redactor;

  constructor(words: RunWords, redactor: Redactor) {
    this.#words = words;
    this.#redactor = redactor;
  }

  /** For machines. */
  document(error: unknown): ErrorDocument {
    const { code = 'UNEXPECTED', runId } = VsmError.isInstance(error) ? error : {};
    const resumable = code !== 'INTERRUPTED' || (error as MigrationInterruptedError).resumable;
    return {
      success: false,
      error: {
        name: error instanceof Error ? error.name : 'Error',
        code,
        message: this.said(error),
        runId,
        resume: resumable && runId !== undefined ? resumeCommand(runId, this.#words) : undefined,
      },
    };
  }

  /** The message of the error, as data. */
  said(error: unknown): string {
    return this.#redactor.text(error instanceof Error ? error.message : String(error));
  }

  /** The same for a terminal. Only a list of losses has lines, which core and this package break; others come from a server. */
  message(error: unknown): string {
    const said = this.said(error);
    return VsmError.isInstance(error) && error.code === 'SCHEMA_INCOMPATIBLE' ? printableLines(said) : printable(said);
  }

  /** The same, with the command that goes on where there is one, and else the one that says what the code means. */
  text(error: unknown): string {
    const { resume, code } = this.document(error).error;
    const help = resume ?? (VsmError.isInstance(error) ? `vsm explain ${code}` : undefined);
    return help === undefined ? this.message(error) : `${this.message(error)}\n  ${help}`;
  }
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
