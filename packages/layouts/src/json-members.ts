/** One member of a JSON object, by where it stands in its text. */
interface Member {
  readonly key: string;
  /** From the opening quote of the key to the end of the value. */
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
}

const STRING = /"(?:[^"\\]|\\.)*"/y;

/** The members of a JSON object. The text must be valid JSON, and an object. */
function membersOf(text: string): Member[] {
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
  let end = at;
  while (/\s/.test(text[end] ?? '')) end += 1;
  return end;
}

function endOfString(text: string, at: number): number {
  STRING.lastIndex = at;
  return STRING.test(text) ? STRING.lastIndex : text.length;
}

function endOfValue(text: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const character = text[at] ?? '';
    if (character === '"') at = endOfString(text, at);
    else if (character === '{' || character === '[') [depth, at] = [depth + 1, at + 1];
    else if (character === '}' || character === ']') {
      if (depth === 0) return at;
      [depth, at] = [depth - 1, at + 1];
    } else if (depth === 0 && (character === ',' || /\s/.test(character))) return at;
    else at += 1;
    if (depth === 0 && (text[at] === ',' || text[at] === undefined)) return at;
  }
  return at;
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
