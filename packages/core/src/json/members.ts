import { isMetadataArray, isMetadataObject, Unfit, unfit, type MetadataValue } from '../spec/record.ts';
import { parseJson } from './json.ts';
import { stringEnd } from './string-end.ts';

/** Whether some object in JSON text has two members of one name, of which `value`, parsed from it, holds the last alone. */
export function hasDoubledMember(text: string, value: MetadataValue): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const kept = membersOf(value);
  return !Number.isNaN(kept) && kept !== namesIn(text);
}

/**
 * Parses JSON as {@link parseJson}, but that no member stands for another of its name.
 * @throws SyntaxError on malformed text, and where an object has two members of one name.
 */
export function parseJsonWhole(text: string): MetadataValue {
  const value = parseJson(text);
  if (hasDoubledMember(text, value)) throw new SyntaxError('an object has two members of one name');
  return value;
}

/**
 * The value of JSON text in a field, or what has its record rejected where a member stands for another of its name.
 * @throws SyntaxError on malformed text
 */
export function wholeOrUnfit(text: string): MetadataValue {
  const value = parseJson(text);
  return hasDoubledMember(text, value) ? unfit('an object in its JSON has two members of one name') : value;
}

/** Not a number where something was too deep to be kept. */
function membersOf(value: MetadataValue): number {
  if (Unfit.isInstance(value)) return Number.NaN;
  const inner = isMetadataArray(value) ? value : isMetadataObject(value) ? Object.values(value) : [];
  const own = isMetadataObject(value) ? inner.length : 0;
  return inner.reduce<number>((total, one) => total + membersOf(one), own);
}

/** How many texts are followed by a colon. */
function namesIn(text: string): number {
  let names = 0;
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at)) {
    at = stringEnd(text, at) ?? text.length;
    if (isColonNext(text, at)) names += 1;
  }
  return names;
}

function isColonNext(text: string, start: number): boolean {
  let at = start;
  while (text.charCodeAt(at) <= SPACE) at += 1;
  return text.charCodeAt(at) === COLON;
}

const [SPACE, COLON] = [32, 58];
