import type { Setting } from './settings.ts';

/** What the value is not, and should be; `undefined` where it is as it should be. */
export function settingProblem({ type, choices }: Setting, value: unknown): string | undefined {
  const values = type === 'texts' ? value : [value];
  const right = Array.isArray(values) && values.every((one: unknown) => isOf(type, one));
  if (!right) return `is not ${NAMES[type]}`;
  const unknown = choices === undefined ? undefined : values.find((one: unknown) => !choices.includes(String(one)));
  return unknown === undefined ? undefined : `cannot be "${String(unknown)}"; it may be ${choices?.join(', ')}`;
}

const NAMES: Readonly<Record<Setting['type'], string>> = {
  text: 'a text',
  texts: 'a list of texts',
  'whole number': 'a whole number',
  'whole number or all': 'a whole number, or all',
  number: 'a number',
  'yes or no': 'true or false',
  object: 'an object',
  function: 'a function',
};

function isOf(type: Setting['type'], value: unknown): boolean {
  switch (type) {
    case 'text':
    case 'texts':
      return typeof value === 'string';
    case 'whole number':
      return Number.isInteger(value);
    case 'whole number or all':
      return value === 'all' || Number.isInteger(value);
    case 'number':
      return typeof value === 'number';
    case 'yes or no':
      return typeof value === 'boolean';
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'function':
      return typeof value === 'function';
  }
}
