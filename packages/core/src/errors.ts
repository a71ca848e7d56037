import type { Capabilities } from './spec/v1.ts';

const marker = Symbol.for('vsm.error');

export type VsmErrorCode =
  /** An option, a location, a config file or an argument is wrong. To do: correct what the message names. Nothing was written. */
  | 'INVALID_OPTIONS'
  /**
   * A collection, a run or a file is not there, and none was made. To do: look at the nearest name in the message, or list what there is
   * with `vsm inspect`.
   */
  | 'NOT_FOUND'
  /**
   * Something is in the way: a collection of that name, a run or file that another process has, a target that changed since the plan. To
   * do: plan again, choose another name, or wait for the other process; `--take-over` where you know that it is gone.
   */
  | 'CONFLICT'
  /**
   * The store, or this version of it, cannot do that. To do: look at what `vsm inspect` says of the store, and leave the option out or
   * choose another target.
   */
  | 'UNSUPPORTED'
  /**
   * The store refused the key, or there was none. To do: set the environment variable of the store, and check what the key may do with
   * `vsm doctor`.
   */
  | 'UNAUTHORIZED'
  /**
   * The place in a scan is no longer known, as of a file that was written anew meanwhile. To do: begin again: the same `vsm migrate`
   * takes up what was accepted.
   */
  | 'INVALID_CURSOR'
  /**
   * What was read is not what the store or format says it is: a damaged file, an answer of a login page, a journal that was changed. To
   * do: read the place that the message names; restore the file, or name the server itself and not its gateway.
   */
  | 'INVALID_DATA'
  /**
   * The store answered badly, or not at all, for as long as it was waited for. To do: check that it runs and has room, then `vsm resume`.
   * `retryable` says whether trying again can help.
   */
  | 'REMOTE_FAILED'
  /** The call was stopped by its signal before there was anything to resume. To do: start it again. */
  | 'ABORTED'
  /** A store was used after `close()`. To do: open it again; in code, close it only when all work is done. */
  | 'CLOSED'
  /**
   * A run could not be finished for a reason of its own, such as records that changed while they were read. To do: do what the message
   * says; what was accepted is remembered, and `vsm resume` goes on.
   */
  | 'MIGRATION_FAILED'
  /**
   * A filter, a transform, a layout or records are not valid. Nothing was written because of them. To do: correct what the message names.
   */
  | 'VALIDATION_FAILED'
  /**
   * The target cannot take the records as they are, or what the fields are is not clear. Nothing was written. To do: allow each loss by
   * name with `--allow-loss`, decide the fields in the location, or choose another target.
   */
  | 'SCHEMA_INCOMPATIBLE'
  /**
   * The run was stopped from outside, by Ctrl-C or a signal. What was written is kept. To do: `vsm resume` with the run's id, which the
   * message has.
   */
  | 'INTERRUPTED';

interface VsmErrorOptions {
  readonly adapter?: string | undefined;
  readonly cause?: unknown;
}

/** Base of everything VSM throws. Branch on `code`; messages are for people and may change. */
export class VsmError extends Error {
  override readonly name: string = 'VsmError';
  readonly code: VsmErrorCode;
  /** Id of the adapter that raised it, such as `qdrant`. */
  readonly adapter: string | undefined;
  /** The run that this ended, where it is remembered and can be resumed. */
  runId?: string | undefined;
  constructor(code: VsmErrorCode, message: string, options: VsmErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.adapter = options.adapter;
    Object.defineProperty(this, marker, { value: true });
  }
  /** Works across duplicate installs of `@vsm/core`, where `instanceof` does not. */
  static isInstance(value: unknown): value is VsmError {
    return typeof value === 'object' && value !== null && marker in value;
  }
}

interface RemoteErrorInit {
  readonly adapter: string;
  readonly retryable: boolean;
  readonly status?: number | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly tooLarge?: boolean | undefined;
  readonly cause?: unknown;
}

/** The database answered badly, or not at all. The only error core ever retries, and only when `retryable`. */
export class RemoteError extends VsmError {
  override readonly name = 'RemoteError';
  readonly retryable: boolean;
  /** HTTP status, where there was one. */
  readonly status: number | undefined;
  /** How long the database asked us to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** The same records may be accepted in smaller batches. */
  readonly tooLarge: boolean;
  constructor(message: string, init: RemoteErrorInit) {
    super('REMOTE_FAILED', message, init);
    this.retryable = init.retryable;
    this.status = init.status;
    this.retryAfterMs = init.retryAfterMs;
    this.tooLarge = init.tooLarge ?? false;
  }
  static override isInstance(value: unknown): value is RemoteError {
    return isNamed(value, 'RemoteError');
  }
}

/** The database cannot do this. `capability` names the field that said so. */
export class UnsupportedError extends VsmError {
  override readonly name = 'UnsupportedError';
  readonly capability: keyof Capabilities;
  constructor(capability: keyof Capabilities, message: string, options?: VsmErrorOptions) {
    super('UNSUPPORTED', message, options);
    this.capability = capability;
  }
  static override isInstance(value: unknown): value is UnsupportedError {
    return isNamed(value, 'UnsupportedError');
  }
}

/** A migration could not be planned, run or finished. */
export class MigrationError extends VsmError {
  override readonly name: string = 'MigrationError';
  constructor(message: string, options?: VsmErrorOptions & { readonly code?: VsmErrorCode }) {
    super(options?.code ?? 'MIGRATION_FAILED', message, options);
  }
  static override isInstance(value: unknown): value is MigrationError {
    return isNamed(value, ...MIGRATION_ERRORS);
  }
}

/** Options, a filter, a transform or records are not valid. Nothing was written because of them. */
export class ValidationError extends MigrationError {
  override readonly name = 'ValidationError';
  constructor(message: string, options?: VsmErrorOptions) {
    super(message, { ...options, code: 'VALIDATION_FAILED' });
  }
  static override isInstance(value: unknown): value is ValidationError {
    return isNamed(value, 'ValidationError');
  }
}

/** The collection does not exist. Nothing was created, on either side. */
export class CollectionNotFoundError extends MigrationError {
  override readonly name = 'CollectionNotFoundError';
  readonly collection: string;
  constructor(collection: string, message: string, options?: VsmErrorOptions) {
    super(message, { ...options, code: 'NOT_FOUND' });
    this.collection = collection;
  }
  static override isInstance(value: unknown): value is CollectionNotFoundError {
    return isNamed(value, 'CollectionNotFoundError');
  }
}

/** The target cannot take the source's records as they are. Raised before the first write. */
export class SchemaCompatibilityError extends MigrationError {
  override readonly name = 'SchemaCompatibilityError';
  constructor(message: string, options?: VsmErrorOptions) {
    super(message, { ...options, code: 'SCHEMA_INCOMPATIBLE' });
  }
  static override isInstance(value: unknown): value is SchemaCompatibilityError {
    return isNamed(value, 'SchemaCompatibilityError');
  }
}

/** The run was stopped from outside. What was written is kept. */
export class MigrationInterruptedError extends MigrationError {
  override readonly name = 'MigrationInterruptedError';
  override readonly runId: string;
  /** Whether the run is remembered, so that `resume(runId)` takes it up. */
  readonly resumable: boolean;
  constructor(runId: string, resumable: boolean, message: string, options?: VsmErrorOptions) {
    super(message, { ...options, code: 'INTERRUPTED' });
    this.runId = runId;
    this.resumable = resumable;
  }
  static override isInstance(value: unknown): value is MigrationInterruptedError {
    return isNamed(value, 'MigrationInterruptedError');
  }
}

const MIGRATION_ERRORS = [
  'MigrationError',
  'ValidationError',
  'CollectionNotFoundError',
  'SchemaCompatibilityError',
  'MigrationInterruptedError',
];

/** By name, which is the same in each installed copy of this package. */
function isNamed(value: unknown, ...names: readonly string[]): boolean {
  return VsmError.isInstance(value) && names.includes(value.name);
}

/**
 * Ends what was begun, whatever became of the work in between.
 * @throws what the work threw, which says too where ending it failed as well; otherwise what ending it threw
 */
export async function endingWith<Result>(work: () => Promise<Result>, end: () => Promise<void>): Promise<Result> {
  let result: Result;
  try {
    result = await work();
  } catch (error) {
    try {
      await end();
    } catch (second) {
      if (error instanceof Error && second instanceof Error) error.message += `; afterwards, too: ${second.message}`;
    }
    throw error;
  }
  await end();
  return result;
}
