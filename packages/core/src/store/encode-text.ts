/** Percent-encoded, also text that no UTF-8 can spell; no two texts give the same. */
export function encodeText(text: string): string {
  // JSON escapes half a surrogate pair. Nothing else begins like this: two digits follow each percent sign.
  return text.isWellFormed() ? encodeURIComponent(text) : `%!${encodeURIComponent(JSON.stringify(text))}`;
}
