import { invalidOptions } from './errors.ts';

/** Most file systems end a name at 255 bytes, and a journal folder adds some. */
const LONGEST_BYTES = 200;

/** A collection's name as a file name: whatever could lead elsewhere, or be refused by some file system, is percent-encoded. */
export function encodeName(name: string): string {
  const encoded = name.replaceAll(/^[.\s]|[.\s]$|[^\p{L}\p{N}._ -]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
  if (name === '' || !name.isWellFormed() || Buffer.byteLength(encoded) > LONGEST_BYTES) {
    throw invalidOptions(`"${name.toWellFormed()}" cannot be the name of a file`);
  }
  return encoded;
}

/** A name with a slash, such as `database/docs`, as a file in a folder; there is one level of folders. */
export function encodePath(name: string): string {
  const [, folder, rest] = /^([^/]+)\/(.+)$/s.exec(name) ?? [];
  return folder === undefined || rest === undefined ? encodeName(name) : `${encodeName(folder)}/${encodeName(rest)}`;
}

/** The collection of a file: the inverse of {@link encodeName}. A file of somebody else keeps its name, whatever it contains. */
export function collectionName(encoded: string): string {
  try {
    const name = decodeURIComponent(encoded);
    return name !== encoded && encodeName(name) === encoded ? name : encoded;
  } catch {
    return encoded;
  }
}
