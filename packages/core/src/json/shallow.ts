import { MOST_LEVELS, tooDeep } from '../spec/record.ts';
import { parseAnyDepth, type Reviver } from './escaped-keys.ts';

/** What a record is wrapped in, in the answers of stores, beside the levels of its metadata. */
const ENVELOPE_LEVELS = 10;

const MOST = MOST_LEVELS + ENVELOPE_LEVELS;

/**
 * Parses JSON of somebody else: as `JSON.parse` does, but that a value which is nested too deep to be carried is replaced by a
 * {@link tooDeep}, so that whoever walks through the result does not run out of stack.
 * @throws SyntaxError on malformed text.
 */
export function parsePlainJson(text: string, reviver?: Reviver): unknown {
  try {
    const value = parseAnyDepth(text, reviver);
    // Each level takes two characters.
    if (text.length < 2 * MOST || !hasMoreLevels(value, MOST)) return value;
  } catch (error) {
    // Values are revived by recursion, which a few thousand levels of nesting exhaust.
    if (!(error instanceof RangeError)) throw error;
  }
  return parseShallow(text, reviver);
}

function hasMoreLevels(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) return value.some((item) => hasMoreLevels(item, levels - 1));
  // An array of its values is made for no object that has none to look into.
  for (const key in value) {
    const item = (value as Record<string, unknown>)[key]; // own key: JSON has no others
    if (hasMoreLevels(item, levels - 1)) return true;
  }
  return false;
}

function parseShallow(text: string, reviver: Reviver | undefined): unknown {
  let marker = 'too deep ';
  while (text.includes(marker)) marker += Math.random().toString(36).slice(2);
  return parseAnyDepth(cut(text, JSON.stringify(marker)), (key, value, context) =>
    value === marker ? tooDeep() : (reviver?.(key, value, context) ?? value),
  );
}

/** The text with `marker` in place of whatever begins below the deepest level. Without recursion. */
function cut(text: string, marker: string): string {
  let kept = '';
  let level = 0;
  let from = 0;
  for (const { 0: token, index } of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{}]/gs)) {
    if (token === '{' || token === '[') {
      level += 1;
      if (level === MOST + 1) kept += text.slice(from, index) + marker;
    } else if (token === '}' || token === ']') {
      if (level === MOST + 1) from = index + 1;
      level -= 1;
    }
  }
  return kept + text.slice(from);
}
