import { expect, test } from 'vitest';
import { line, printable, printableLines } from './printable.ts';

test('spells out what moves a cursor, changes the direction of a text, or is not seen', () => {
  expect(printable('a\u001B[2Jb\u0007\r\nc\td\u009B5m')).toBe('a\\u{1b}[2Jb\\u{7}\\u{d}\\nc\\td\\u{9b}5m');
  expect(printable('a\u202Eb\u2066c\u061Cd\u200Be\u2028f\uD800g\u{E0041}')).toBe(
    'a\\u{202e}b\\u{2066}c\\u{61c}d\\u{200b}e\\u{2028}f\\u{d800}g\\u{e0041}',
  );
  expect(printable('顧客 🧑‍🚀 é')).toBe('顧客 🧑‍🚀 é');
});

test('a line has no breaks but those that were written into it', () => {
  expect(line`${'a\nb'}: ${2} of ${undefined}`).toBe('a\\nb: 2 of undefined');
  expect(line`${line`${'a\nb'}`}`).toBe('a\\nb');
  expect(printableLines('a\r\nb\u001B')).toBe('a\\u{d}\nb\\u{1b}');
});
