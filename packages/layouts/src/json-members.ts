/** One member of a JSON object, by where it stands in its text. */
interface Member {
  readonly key: string;
  /** From the opening quote of the key to the end of the value. */
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
}

const SPACE = /\s*/y;
/** Whatever may open, close or end a value. */
const MARK = /["{}[\],\s]/g;

/** The same text is asked about several times in a row. */
let latest: { readonly text: string; readonly members: readonly Member[] } = { text: '{}', members: [] };

function membersOf(text: string): readonly Member[] {
  if (latest.text !== text) latest = { text, members: readMembers(text) };
  return latest.members;
}

/** The members of a JSON object. The text must be valid JSON, and an object. */
function readMembers(text: string): Member[] {
  const members: Member[] = [];
  let at = text.indexOf('{') + 1;
  for (;;) {
    at = skipSpace(text, at);
    if (text[at] === ',') at = skipSpace(text, at + 1);
    if (text[at] === '}' || at >= text.length) return members;
    const start = at;
    at = endOfString(text, at);
    const key = JSON.parse(text.slice(start, at)) as string;
    const valueStart = skipSpace(text, skipSpace(text, at) + 1);
    at = endOfValue(text, valueStart);
    members.push({ key, start, valueStart, end: at });
  }
}

function skipSpace(text: string, at: number): number {
  SPACE.lastIndex = at;
  SPACE.test(text);
  return SPACE.lastIndex;
}

function endOfString(text: string, start: number): number {
  for (let at = start; ;) {
    at = text.indexOf('"', at + 1);
    if (at === -1) return text.length;
    let slashes = 0;
    while (text[at - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 0) return at + 1;
  }
}

function endOfValue(text: string, start: number): number {
  let depth = 0;
  let at = start;
  for (;;) {
    MARK.lastIndex = at;
    const mark = MARK.exec(text);
    if (mark === null) return text.length;
    const [character] = mark;
    at = mark.index;
    if (character === '"') {
      at = endOfString(text, at);
      if (depth === 0) return at;
    } else if (character === '{' || character === '[') {
      depth += 1;
      at += 1;
    } else if (character === '}' || character === ']') {
      if (depth === 0) return at;
      depth -= 1;
      at += 1;
      if (depth === 0) return at;
    } else if (depth === 0) return at;
    else at += 1;
  }
}

/** The text of a member's value; of the last one where there are several, as parsers have it. */
export function memberText(text: string, key: string): string | undefined {
  const member = membersOf(text).findLast((one) => one.key === key);
  return member === undefined ? undefined : text.slice(member.valueStart, member.end);
}

/** The same text with another value for one member, put at the end where there was none. Nothing else changes by a character. */
export function withMember(text: string, key: string, value: string): string {
  const members = membersOf(text);
  const member = members.findLast((one) => one.key === key);
  if (member !== undefined) return text.slice(0, member.valueStart) + value + text.slice(member.end);
  const end = text.lastIndexOf('}');
  const before = text.slice(0, end).trimEnd();
  const space = /^\{?\s*"(?:[^"\\]|\\.)*":\s/.test(text) ? ' ' : '';
  return `${before}${members.length === 0 ? '' : `,${space}`}${JSON.stringify(key)}:${space}${value}${text.slice(end)}`;
}

export function withoutMember(text: string, key: string): string {
  const members = membersOf(text);
  const at = members.findIndex((one) => one.key === key);
  const [member, next, previous] = [members[at], members[at + 1], members[at - 1]];
  if (member === undefined) return text;
  if (next !== undefined) return text.slice(0, member.start) + text.slice(next.start);
  return text.slice(0, previous?.end ?? member.start) + text.slice(member.end);
}
