import { MOST_LEVELS, tooDeep } from '../spec/record.ts';
import { parsePlainJson, type Reviver } from './escaped-keys.ts';

/** What a record is wrapped in, in the answers of stores, beside the levels of its metadata. */
const ENVELOPE_LEVELS = 10;

/** Parses JSON with each value that is nested too deep to be carried replaced by a {@link tooDeep}. */
export function parseShallow(text: string, reviver: Reviver): unknown {
  let marker = 'too deep ';
  while (text.includes(marker)) marker += Math.random().toString(36).slice(2);
  return parsePlainJson(cut(text, JSON.stringify(marker)), (key, value, context) =>
    value === marker ? tooDeep() : reviver(key, value, context),
  );
}

/** The text with `marker` in place of whatever begins below the deepest level. Without recursion. */
function cut(text: string, marker: string): string {
  const most = MOST_LEVELS + ENVELOPE_LEVELS;
  let kept = '';
  let level = 0;
  let from = 0;
  for (const { 0: token, index } of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{}]/gs)) {
    if (token === '{' || token === '[') {
      level += 1;
      if (level === most + 1) kept += text.slice(from, index) + marker;
    } else if (token === '}' || token === ']') {
      if (level === most + 1) from = index + 1;
      level -= 1;
    }
  }
  return kept + text.slice(from);
}
