import { hash } from 'node:crypto';

/** A character for each byte of a digest: to make a buffer of one takes about as long as to hash a record. */
export type DigestText = string;

export function digestText(algorithm: 'sha1' | 'sha256', data: string | Uint8Array): DigestText {
  return hash(algorithm, data, 'binary');
}

/** 32 bits of a digest, from this byte on, big-endian. */
export function wordAt(digest: DigestText, byte: number): number {
  return ((halfAt(digest, byte) << 16) | halfAt(digest, byte + 2)) >>> 0;
}

/** 16 bits of a digest. */
export function halfAt(digest: DigestText, byte: number): number {
  return (digest.charCodeAt(byte) << 8) | digest.charCodeAt(byte + 1);
}
