/** Names of collections, partitions and fields are letters, digits and `_`: https://milvus.io/docs/limitations.md */
const LONGEST = 255;
/** How a character is written that no name may have, `_x2d_` for a hyphen. */
const WRITTEN = /_x([0-9a-f]{1,6})_/g;

/**
 * A name for any text, from which the text can be read again; `undefined` where it gets too long. What begins like a written character is
 * written itself.
 */
export function toName(text: string): string | undefined {
  const escaped = text.replaceAll(/_(?=x[0-9a-f]{1,6}_)/g, written);
  const name = escaped.replaceAll(/[^_0-9A-Za-z]/gu, written).replace(/^\d/, written);
  return name.length > LONGEST || name === '' ? undefined : name;
}

/** The inverse of {@link toName}; a name that it did not make stays as it is. */
export function fromName(name: string): string {
  const text = name.replaceAll(WRITTEN, (whole, digits: string) => {
    const code = Number.parseInt(digits, 16);
    return code > 0x10ffff ? whole : String.fromCodePoint(code);
  });
  return toName(text) === name ? text : name;
}

const written = (character: string): string => `_x${(character.codePointAt(0) ?? 0).toString(16)}_`;

/** The field of a vector in a collection of ours: `vector` for the one without a name. `taken`: the other fields that such a collection has. */
export function vectorField(name: string, taken: readonly string[]): string | undefined {
  if (name === '') return UNNAMED;
  const field = toName(name);
  if (field === undefined || (field !== UNNAMED && !taken.includes(field))) return field;
  return written(name.slice(0, 1)) + name.slice(1);
}

/** The inverse of {@link vectorField}. */
export function vectorName(field: string): string {
  if (field === UNNAMED) return '';
  const name = fromName(field);
  // The first letter of a field that was taken.
  return name === field
    ? field.replace(WRITTEN, (_, digits: string) => String.fromCodePoint(Number.parseInt(digits, 16)))
    : name;
}

const UNNAMED = 'vector';
