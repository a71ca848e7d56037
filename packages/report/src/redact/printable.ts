/** Characters that nobody sees, that move a cursor, or that change the direction of the text around them. */
const UNSEEN =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061C\u200B\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF\u{E0000}-\u{E007F}]/gu;

/** The text on one line, as harmless to a terminal as it is to a reader: what would not be seen is spelled out. */
export function printable(text: string): string {
  return text.replaceAll(UNSEEN, spellOut);
}

function spellOut(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** Several lines, of which only the breaks between them are taken as they are. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** A line for a terminal. Its values come from data, servers and users, so each is made {@link printable}. */
export function line(strings: TemplateStringsArray, ...values: readonly (string | number | undefined)[]): string {
  return values.reduce<string>(
    (text, value, index) => text + printable(String(value)) + (strings[index + 1] ?? ''),
    strings[0] ?? '',
  );
}
