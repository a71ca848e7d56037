// Written by scripts/stores.ts from the comments on the codes and losses of core.
export interface Explanation {
  readonly means: string;
  readonly toDo: string;
}

/** What each code of an error, and each loss of a plan, means. */
export const EXPLANATIONS: ReadonlyMap<string, Explanation> = new Map([
  [
    'INVALID_OPTIONS',
    {
      means: 'An option, a location, a config file or an argument is wrong.',
      toDo: 'correct what the message names. Nothing was written.',
    },
  ],
  [
    'NOT_FOUND',
    {
      means: 'A collection, a run or a file is not there, and none was made.',
      toDo: 'look at the nearest name in the message, or list what there is with `vsm inspect`.',
    },
  ],
  [
    'CONFLICT',
    {
      means:
        'Something is in the way: a collection of that name, a run or file that another process has, a target that changed since the plan.',
      toDo: 'plan again, choose another name, or wait for the other process; `--take-over` where you know that it is gone.',
    },
  ],
  [
    'UNSUPPORTED',
    {
      means: 'The store, or this version of it, cannot do that.',
      toDo: 'look at what `vsm inspect` says of the store, and leave the option out or choose another target.',
    },
  ],
  [
    'UNAUTHORIZED',
    {
      means: 'The store refused the key, or there was none.',
      toDo: 'set the environment variable of the store, and check what the key may do with `vsm doctor`.',
    },
  ],
  [
    'INVALID_CURSOR',
    {
      means: 'The place in a scan is no longer known, as of a file that was written anew meanwhile.',
      toDo: 'begin again: the same `vsm migrate` takes up what was accepted.',
    },
  ],
  [
    'INVALID_DATA',
    {
      means:
        'What was read is not what the store or format says it is: a damaged file, an answer of a login page, a journal that was changed.',
      toDo: 'read the place that the message names; restore the file, or name the server itself and not its gateway.',
    },
  ],
  [
    'REMOTE_FAILED',
    {
      means: 'The store answered badly, or not at all, for as long as it was waited for.',
      toDo: 'check that it runs and has room, then `vsm resume`. `retryable` says whether trying again can help.',
    },
  ],
  [
    'ABORTED',
    { means: 'The call was stopped by its signal before there was anything to resume.', toDo: 'start it again.' },
  ],
  [
    'CLOSED',
    {
      means: 'A store was used after `close()`.',
      toDo: 'open it again; in code, close it only when all work is done.',
    },
  ],
  [
    'MIGRATION_FAILED',
    {
      means: 'A run could not be finished for a reason of its own, such as records that changed while they were read.',
      toDo: 'do what the message says; what was accepted is remembered, and `vsm resume` goes on.',
    },
  ],
  [
    'VALIDATION_FAILED',
    {
      means: 'A filter, a transform, a layout or records are not valid. Nothing was written because of them.',
      toDo: 'correct what the message names.',
    },
  ],
  [
    'SCHEMA_INCOMPATIBLE',
    {
      means:
        'The target cannot take the records as they are, or what the fields are is not clear. Nothing was written.',
      toDo: 'allow each loss by name with `--allow-loss`, decide the fields in the location, or choose another target.',
    },
  ],
  [
    'INTERRUPTED',
    {
      means: 'The run was stopped from outside, by Ctrl-C or a signal. What was written is kept.',
      toDo: "`vsm resume` with the run's id, which the message has.",
    },
  ],
  [
    'named-vectors',
    {
      means: 'A record has several vectors, and the target one.',
      toDo: 'move one of them, the one that the plan names, or choose a target with named vectors.',
    },
  ],
  [
    'sparse-vectors',
    {
      means: 'The target has no sparse vectors.',
      toDo: 'go on without them if your application computes them again, or choose another target.',
    },
  ],
  [
    'multi-vectors',
    { means: 'The target has no multi-vectors.', toDo: 'go on without them, or choose another target.' },
  ],
  [
    'vector-precision',
    {
      means: 'The target keeps vectors at fewer bits than the source.',
      toDo: 'look at the change that the plan names; searches seldom notice it.',
    },
  ],
  [
    'vector-dimensions',
    {
      means: 'Vectors are cut to fewer dimensions, as asked.',
      toDo: 'allow it where the model was trained for it, and compare the searches with `vsm judge`.',
    },
  ],
  [
    'no-vectors',
    {
      means: 'No field was read as a vector, or records have none.',
      toDo: 'name the field in the location (`?vector=embedding`), or allow it where the text is all you move.',
    },
  ],
  [
    'rejected-records',
    {
      means: 'Sampled records would be rejected, for the reason that the plan names.',
      toDo: 'correct them in the source or with `transform`, or go on without them: each is listed with its id.',
    },
  ],
  [
    'superseded-records',
    {
      means:
        'The source holds older versions of records beside newer ones, as LlamaIndex for Python leaves them in Postgres where an ingestion runs twice.',
      toDo: 'allow it where the newest version of each is all you want; the older ones are listed with their row numbers.',
    },
  ],
  [
    'layout',
    {
      means: 'The layout has no place for something in the records.',
      toDo: 'see what it is in the plan, or move without a layout.',
    },
  ],
  [
    'same-place',
    {
      means: 'Whether source and target are one collection cannot be told, and then the source would be written to.',
      toDo: 'allow it only where you know that they are two. `--yes` does not.',
    },
  ],
]);
