import { own } from '@vsm/core/adapter';
import { Problem } from './problem.ts';
import { isObject, type Metadata, type MetadataValue } from './record.ts';

export type Test = (metadata: Metadata) => boolean;

const LEAVES: Readonly<Record<string, (found: MetadataValue | undefined, wanted: unknown) => boolean>> = {
  $eq: (found, wanted) => some(found, (value) => value === wanted),
  $ne: (found, wanted) => !some(found, (value) => value === wanted),
  $gt: (found, wanted) => typeof found === 'number' && found > Number(wanted),
  $gte: (found, wanted) => typeof found === 'number' && found >= Number(wanted),
  $lt: (found, wanted) => typeof found === 'number' && found < Number(wanted),
  $lte: (found, wanted) => typeof found === 'number' && found <= Number(wanted),
  $in: (found, wanted) => some(found, (value) => (wanted as unknown[]).includes(value)),
  $nin: (found, wanted) => !some(found, (value) => (wanted as unknown[]).includes(value)),
  $exists: (found, wanted) => (found !== undefined) === wanted,
};
const NUMERIC = new Set(['$gt', '$gte', '$lt', '$lte']);

/** @throws Problem where the service knows no such operator, or not for such a value. */
export function compileFilter(filter: unknown): Test {
  if (!isObject(filter) || Object.keys(filter).length === 0) throw new Problem(400, 'The filter must not be empty');
  const tests = Object.entries(filter).map(([key, value]) => compileEntry(key, value));
  return (metadata) => tests.every((test) => test(metadata));
}

function compileEntry(key: string, value: unknown): Test {
  if (key === '$and' || key === '$or') {
    if (!Array.isArray(value) || value.length === 0) throw new Problem(400, `${key} takes a list that is not empty`);
    const parts = value.map(compileFilter);
    return key === '$and'
      ? (metadata) => parts.every((test) => test(metadata))
      : (metadata) => parts.some((test) => test(metadata));
  }
  if (key.startsWith('$')) throw new Problem(400, `${key} is not a valid operator`);
  const conditions = isObject(value) ? Object.entries(value) : [['$eq', value] as const];
  const tests = conditions.map(([operator, wanted]): Test => {
    const leaf = own(LEAVES, operator);
    if (leaf === undefined) throw new Problem(400, `${operator} is not a valid operator`);
    const fits = NUMERIC.has(operator)
      ? typeof wanted === 'number'
      : operator === '$exists'
        ? typeof wanted === 'boolean'
        : operator === '$in' || operator === '$nin'
          ? Array.isArray(wanted) && wanted.every((item) => isScalar(item) && typeof item !== 'boolean')
          : isScalar(wanted);
    if (!fits) throw new Problem(400, `the ${operator} operator does not take ${JSON.stringify(wanted)}`);
    return (metadata) => leaf(own(metadata, key), wanted);
  });
  return (metadata) => tests.every((test) => test(metadata));
}

const isScalar = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);

function some(found: MetadataValue | undefined, test: (value: unknown) => boolean): boolean {
  if (found === undefined) return false;
  return typeof found === 'object' ? found.some(test) : test(found);
}
