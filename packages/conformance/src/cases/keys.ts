import { type Capabilities } from '@vsm/core/adapter';

/** Keys that something on the way may take for its own. */
export const KEYS: readonly string[] = [
  'plain',
  'with space',
  'dotted.key',
  'a.b.c',
  '.',
  'quote"d',
  "it's",
  'back\\slash',
  'slash/ed',
  'bracket[0]',
  '日本語',
  'é',
  'e\u0301',
  '👩‍👩‍👧',
  'Case',
  'case',
  '0',
  '-1',
  'id',
  '_id',
  'ID',
  'vector',
  'values',
  'metadata',
  'document',
  'text',
  'namespace',
  'score',
  'select',
  'length',
  'toString',
  'constructor',
  'hasOwnProperty',
  '__proto__',
  '$gt',
  '$and',
  '#hash',
  '@at',
  '%s',
  '{}',
  '',
  ' ',
  'line\nbreak',
  'long-key-'.repeat(10),
];

/** Whether the capabilities promise that a record can have this metadata key. */
export function holdsKey(key: string, { metadata, document }: Capabilities): boolean {
  const { keys } = metadata;
  const reserved =
    metadata.reservedKeys.includes(key) || metadata.reservedPrefixes.some((prefix) => key.startsWith(prefix));
  const fits =
    keys === undefined || (key.length <= keys.length && new RegExp(keys.pattern, 'v').exec(key)?.[0] === key);
  return !reserved && key !== document && fits;
}

/** Keys that columns and properties cannot have, or only changed. */
export const ODD_KEYS: readonly string[] = [
  'Upper',
  'ALL_CAPS',
  'has-dash',
  '1st',
  '_under',
  '__double',
  'camelCase',
  'snake_case',
  'with.dot',
  'tab\tin',
  'ümlaut',
  'trailing ',
];
