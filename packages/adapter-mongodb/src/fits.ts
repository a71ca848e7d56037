/** What of metadata a document of BSON holds as it is. */
import { Float, isMetadataArray, type MetadataValue } from '@vsm/core/adapter';

/** Levels of documents that a server takes are 100: https://www.mongodb.com/docs/manual/reference/limits/ */
const MOST_LEVELS = 90;

export interface Rules {
  /** Whether names that queries take for something else go elsewhere. MongoDB has them since 5.0, and FerretDB not at all. */
  readonly plainNames: boolean;
  readonly isFerret: boolean;
}

/** Why a key cannot be that of a field as any other; reads on from its name. */
export function keyProblem(key: string, { plainNames }: Rules): string | undefined {
  if (plainNames && (key === '' || key.includes('.') || key.startsWith('$')))
    return 'names that are empty, hold a dot or begin with $ are not for every server';
  if (key.includes('\0')) return 'the name of a field cannot hold U+0000';
  return key === '_bsontype' ? 'clients of MongoDB take it for a type' : undefined;
}

/** Why a value would not come back; reads on from its name. */
export function valueProblem(value: MetadataValue, rules: Rules, level = 1): string | undefined {
  const { isFerret } = rules;
  if (typeof value === 'bigint') return BigInt.asIntN(64, value) === value ? undefined : 'BSON has integers of 64 bits';
  const isZero = typeof value === 'number' || Float.isInstance(value) ? Object.is(Number(value), -0) : false;
  if (isZero && isFerret) return 'FerretDB takes -0.0 for 0';
  if (typeof value !== 'object' || value === null || Float.isInstance(value)) return undefined;
  if (level > MOST_LEVELS) return `it is nested deeper than ${MOST_LEVELS} levels`;
  if (isMetadataArray(value)) {
    if (isFerret && value.some(isMetadataArray)) return 'FerretDB has no lists within lists';
    return firstProblem(value, (item) => valueProblem(item, rules, level + 1));
  }
  return firstProblem(
    Object.entries(value),
    ([key, item]) => keyProblem(key, rules) ?? valueProblem(item, rules, level + 1),
  );
}

function firstProblem<Item>(items: readonly Item[], ask: (item: Item) => string | undefined): string | undefined {
  for (const item of items) {
    const problem = ask(item);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
