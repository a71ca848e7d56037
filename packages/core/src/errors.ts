import type { Capabilities } from './spec/v1.ts';

const marker = Symbol.for('vsm.error');

export type VsmErrorCode =
  | 'INVALID_OPTIONS'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'UNSUPPORTED'
  | 'UNAUTHORIZED'
  | 'INVALID_CURSOR'
  | 'INVALID_DATA'
  | 'REMOTE_FAILED'
  | 'ABORTED'
  | 'CLOSED'
  | 'MIGRATION_FAILED'
  | 'VALIDATION_FAILED'
  | 'SCHEMA_INCOMPATIBLE'
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
}

/** The database cannot do this. `capability` names the field that said so. */
export class UnsupportedError extends VsmError {
  override readonly name = 'UnsupportedError';
  readonly capability: keyof Capabilities;
  constructor(capability: keyof Capabilities, message: string, options?: VsmErrorOptions) {
    super('UNSUPPORTED', message, options);
    this.capability = capability;
  }
}

/** A migration could not be planned, run or finished. */
export class MigrationError extends VsmError {
  override readonly name: string = 'MigrationError';
  constructor(message: string, options?: VsmErrorOptions & { readonly code?: VsmErrorCode }) {
    super(options?.code ?? 'MIGRATION_FAILED', message, options);
  }
}

/** Options, a filter, a transform or records are not valid. Nothing was written because of them. */
export class ValidationError extends MigrationError {
  override readonly name = 'ValidationError';
  constructor(message: string, options?: VsmErrorOptions) {
    super(message, { ...options, code: 'VALIDATION_FAILED' });
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
}

/** The target cannot take the source's records as they are. Raised before the first write. */
export class SchemaCompatibilityError extends MigrationError {
  override readonly name = 'SchemaCompatibilityError';
  constructor(message: string, options?: VsmErrorOptions) {
    super(message, { ...options, code: 'SCHEMA_INCOMPATIBLE' });
  }
}

/** The run was stopped from outside. What was written is kept. */
export class MigrationInterruptedError extends MigrationError {
  override readonly name = 'MigrationInterruptedError';
  readonly runId: string;
  /** Whether the run is remembered, so that `resume(runId)` takes it up. */
  readonly resumable: boolean;
  constructor(runId: string, resumable: boolean, message: string, options?: VsmErrorOptions) {
    super(message, { ...options, code: 'INTERRUPTED' });
    this.runId = runId;
    this.resumable = resumable;
  }
}
