import { own } from '@vsm/core/adapter';
import { printable } from '../redact/printable.ts';

/** Markup that may go into a page as it is. Made by {@link html} only, which escapes everything else. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toString(): string {
    return this.text;
  }
}

export type Content = Markup | string | number | undefined | readonly Content[];

/** A template whose values are escaped, unless they are markup themselves. Lists are joined; `undefined` leaves nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  let text = strings[0] ?? '';
  for (const [index, value] of values.entries()) text += render(value) + (strings[index + 1] ?? '');
  return new Markup(text);
}

function render(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'number') return String(content);
  if (typeof content === 'string') return escapeText(content);
  return content.map(render).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** Safe as text and inside a quoted attribute. What would not be seen is spelled out, since two ids that look alike must not be alike. */
function escapeText(text: string): string {
  return printable(text.replaceAll(/[&<>"'`]/g, (character) => own(ENTITIES, character) ?? ''));
}
