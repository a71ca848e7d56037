import { SchemaCompatibilityError } from '../errors.ts';

/** The names under which a plan lists what would not arrive, and by which each can be allowed. */
export const LOSS_NAMES = [
  'named-vectors',
  'sparse-vectors',
  'multi-vectors',
  'vector-precision',
  'no-vectors',
  'rejected-records',
  'layout',
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
