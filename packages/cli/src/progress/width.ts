import { printable } from '@vsm/report/redact';
import stringWidth from 'string-width';

const graphemes = new Intl.Segmenter();

/** The text, cut to so many columns of a terminal. */
export function fit(text: string, columns: number): string {
  const clean = printable(text);
  if (stringWidth(clean) <= columns) return clean;
  let cut = '';
  let width = 0;
  for (const { segment } of graphemes.segment(clean)) {
    width += stringWidth(segment);
    if (width > columns - 1) break;
    cut += segment;
  }
  return `${cut}…`;
}

/** The text in exactly so many columns. */
export function padTo(text: string, columns: number): string {
  const cut = fit(text, columns);
  return cut + ' '.repeat(columns - stringWidth(cut));
}

/** Columns the text takes; colours take none. */
export function widthOf(text: string): number {
  return stringWidth(text);
}
