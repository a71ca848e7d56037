import { SchemaCompatibilityError } from '../errors.ts';

/** The names under which a plan lists what would not arrive, and by which each can be allowed. */
export const LOSS_NAMES = [
  /**
   * A record has several vectors, and the target one. To do: move one of them, the one that the plan names, or choose a target with named
   * vectors.
   */
  'named-vectors',
  /** The target has no sparse vectors. To do: go on without them if your application computes them again, or choose another target. */
  'sparse-vectors',
  /** The target has no multi-vectors. To do: go on without them, or choose another target. */
  'multi-vectors',
  /** The target keeps vectors at fewer bits than the source. To do: look at the change that the plan names; searches seldom notice it. */
  'vector-precision',
  /**
   * Vectors are cut to fewer dimensions, as asked. To do: allow it where the model was trained for it, and compare the searches with
   * `vsm judge`.
   */
  'vector-dimensions',
  /**
   * No field was read as a vector, or records have none. To do: name the field in the location (`?vector=embedding`), or allow it where
   * the text is all you move.
   */
  'no-vectors',
  /**
   * Sampled records would be rejected, for the reason that the plan names. To do: correct them in the source or with `transform`, or go
   * on without them: each is listed with its id.
   */
  'rejected-records',
  /**
   * The source holds older versions of records beside newer ones, as LlamaIndex for Python leaves them in Postgres where an ingestion runs
   * twice. To do: allow it where the newest version of each is all you want; the older ones are listed with their row numbers.
   */
  'superseded-records',
  /** The layout has no place for something in the records. To do: see what it is in the plan, or move without a layout. */
  'layout',
  /**
   * Whether source and target are one collection cannot be told, and then the source would be written to. To do: allow it only where you
   * know that they are two. `--yes` does not.
   */
  'same-place',
] as const;

export type LossName = (typeof LOSS_NAMES)[number];

/** Something that would not arrive, by the name under which it can be allowed. */
export interface Loss {
  readonly name: LossName;
  readonly detail: string;
  /** Sampled records that it touches, where it touches records. */
  readonly recordsInSample?: number | undefined;
}

/** @throws SchemaCompatibilityError listing what only the user can decide, each with the option that does. */
export function refuseUndecided(collection: string, undecided: readonly string[]): void {
  if (undecided.length === 0) return;
  throw new SchemaCompatibilityError(
    `What the fields of ${JSON.stringify(collection)} are is not clear:\n${undecided.map((sentence) => `  ${oneLine(sentence)}`).join('\n')}\n` +
      'Nothing was written. Decide it in the location of the source (…?id=key&vector=embedding) or in its options ({ id: "key" }).',
  );
}

/** Names of fields come from data, and must not begin a line of their own. */
function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]/g, ' ');
}

interface Carried {
  /** Sampled records that the target would reject. */
  readonly rejected: number;
  readonly losses: readonly Loss[];
  /** How many records were looked at. */
  readonly sampled: number;
  /** What is to be carried, and to what kind of store. */
  readonly collection: string;
  readonly adapter: string;
}

/** @throws SchemaCompatibilityError listing every loss that was not allowed by name, or all of them where no record would arrive */
export function refuseLosses(
  { losses, sampled, rejected, collection, adapter }: Carried,
  allowed: readonly LossName[],
): void {
  const nothingGoes = sampled > 0 && rejected === sampled;
  const open = losses.filter(({ name }) => nothingGoes || !allowed.includes(name));
  if (open.length === 0) return;
  const lines = open.map(({ name, detail, recordsInSample }) => {
    const seen = recordsInSample === undefined ? '' : ` (${recordsInSample} of ${sampled} sampled records)`;
    return `  ${name}: ${oneLine(detail)}${seen}`;
  });
  if (nothingGoes) {
    throw new SchemaCompatibilityError(
      `Every one of ${sampled} sampled records of "${collection}" would be rejected in ${adapter}:\n${lines.join('\n')}\nNothing was written.`,
    );
  }
  const names = [...new Set(open.map(({ name }) => name))];
  throw new SchemaCompatibilityError(
    `Not everything in ${JSON.stringify(collection)} can be carried to ${adapter}:\n${lines.join('\n')}\n` +
      `Nothing was written. To go on without it, allow it by name: ${names.join(', ')}.`,
  );
}
